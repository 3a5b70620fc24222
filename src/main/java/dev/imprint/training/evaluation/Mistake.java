package dev.imprint.training.evaluation;

import dev.imprint.buffer.Example;

/**
 * A wrong answer to an example that the answering head has not learned from.
 *
 * @param predicted the label that it gave
 * @param confidence in it, in 0..1
 */
public record Mistake(Example example, String predicted, double confidence) {}
