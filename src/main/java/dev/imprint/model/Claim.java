package dev.imprint.model;

import static java.util.Objects.requireNonNull;

/**
 * The location of an image's original record.
 *
 * @param sha256 of the picture's bytes, hex; distinguishes a recreated topic from the old one
 */
public record Claim(String topic, int partition, long offset, String sha256) {
  /** JSON written by others may omit fields that are never null in ours. */
  public Claim {
    requireNonNull(topic, "topic");
    requireNonNull(sha256, "sha256");
  }
}
