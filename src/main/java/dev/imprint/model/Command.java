package dev.imprint.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the leader is asked to do.
 *
 * @param id key of its record and of its {@link Answer}s
 * @param version to promote; null otherwise
 * @param expectedServing refused if another version serves; null if that does not matter
 * @param force whether to train although nothing is new
 * @param expiresAt after which it is not carried out any more
 * @param by who asks, for people
 */
public record Command(
    String id,
    Kind kind,
    @Nullable String version,
    @Nullable String expectedServing,
    boolean force,
    Instant issuedAt,
    Instant expiresAt,
    String by) {

  /** What is asked. */
  public enum Kind {
    RETRAIN,
    PROMOTE,
    ROLLBACK
  }

  /**
   * How a command fares; several may come, the last one's state is final.
   *
   * @param command its id
   * @param message in words: progress, what was done, or why not
   * @param version that it led to; null if none
   */
  public record Answer(
      String command, State state, String message, @Nullable String version, Instant at) {
    /** How far it is. */
    public enum State {
      RUNNING,
      DONE,
      /** By the gate, for too few labels, or because another version serves. */
      REFUSED,
      FAILED
    }
  }
}
