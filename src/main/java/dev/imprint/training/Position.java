package dev.imprint.training;

/** Position of a record on the topic of images. */
public record Position(int partition, long offset) {}
