/** Shared by the two parts of the pipeline, serving and learning: records in and out, metrics. */
@NullMarked
package dev.imprint.pipeline.part;

import org.jspecify.annotations.NullMarked;
