/** The figures by which a version was judged, with their intervals. */
@NullMarked
package dev.imprint.model.metrics;

import org.jspecify.annotations.NullMarked;
