package dev.imprint.model.head;

/** A label and its probability, in 0..1. */
public record Score(String label, float confidence) {}
