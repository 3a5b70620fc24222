package dev.imprint.tensorflow.keras;

/**
 * The value of one variable.
 *
 * @param values in C order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Weight(float[] values, int... shape) {}
