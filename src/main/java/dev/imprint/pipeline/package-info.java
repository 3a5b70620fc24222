@NullMarked
package dev.imprint.pipeline;

import org.jspecify.annotations.NullMarked;
