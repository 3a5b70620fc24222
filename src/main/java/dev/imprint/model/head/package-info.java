/**
 * From an embedding to labels and their probabilities: a {@link dev.imprint.model.head.Head}, as a
 * rule a {@link dev.imprint.model.head.DenseHead}, in plain arrays.
 */
@NullMarked
package dev.imprint.model.head;

import org.jspecify.annotations.NullMarked;
