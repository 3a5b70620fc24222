package dev.imprint.page.classes;

import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.model.Backbone;
import org.jspecify.annotations.Nullable;

/**
 * What the leader learns from, at one moment.
 *
 * @param caughtUp whether all labelled pictures are among them
 * @param backbone that they are embedded by
 */
public record Learner(
    BufferSnapshot snapshot, boolean caughtUp, Files pictures, Backbone backbone) {
  /** The pictures' files, by the digests of their bytes as the user sent them. */
  @FunctionalInterface
  public interface Files {
    /** Null if it is not there, or not to be had at once. */
    byte @Nullable [] file(String sha256);
  }
}
