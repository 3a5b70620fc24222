/** What a version was judged by: figures, with their intervals. */
@NullMarked
package dev.imprint.model.metrics;

import org.jspecify.annotations.NullMarked;
