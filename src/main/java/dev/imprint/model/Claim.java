package dev.imprint.model;

import static java.util.Objects.requireNonNull;

/**
 * Where an image's original record lies.
 *
 * @param sha256 of the picture's bytes, hex; tells a topic that was made anew from the old one
 */
public record Claim(String topic, int partition, long offset, String sha256) {
  /** JSON that others wrote may leave out what is never null in ours. */
  public Claim {
    requireNonNull(topic, "topic");
    requireNonNull(sha256, "sha256");
  }
}
