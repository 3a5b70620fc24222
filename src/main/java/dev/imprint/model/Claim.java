package dev.imprint.model;

/**
 * Where an image's original record lies.
 *
 * @param sha256 of the picture's bytes, hex; tells a topic that was made anew from the old one
 */
public record Claim(String topic, int partition, long offset, String sha256) {}
