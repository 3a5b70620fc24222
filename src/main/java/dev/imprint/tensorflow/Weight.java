package dev.imprint.tensorflow;

/**
 * The value of one variable.
 *
 * @param values in C order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Weight(float[] values, int... shape) {}
