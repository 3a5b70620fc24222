package dev.imprint.tensorflow.tuning;

import java.nio.file.Path;

/**
 * A picture with its label.
 *
 * @param picture its file
 * @param sha256 of the file, hex; its views depend on it
 * @param validation whether it is only judged by, not learned from
 */
public record TuningExample(Path picture, String sha256, String label, boolean validation) {}
