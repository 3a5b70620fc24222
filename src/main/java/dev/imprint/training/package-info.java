/**
 * From labels and pictures to a judged head: the buffer that follows the labels, the split, the
 * training run, its evaluation and the gate.
 */
@NullMarked
package dev.imprint.training;

import org.jspecify.annotations.NullMarked;
