package dev.imprint.model;

import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.model.labels.LabelChange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request to the leader.
 *
 * @param id key of its record and of the records of its {@link Answer}s
 * @param version to promote; null otherwise
 * @param change of labels; null otherwise
 * @param expectedServing the command is refused if another version serves; null if that does not
 *     matter
 * @param force whether to train even if there is nothing new
 * @param expiresAt time after which it is no longer carried out
 * @param by who sent it, for people
 */
public record Command(
    String id,
    Kind kind,
    @Nullable String version,
    @Nullable LabelChange change,
    @Nullable String expectedServing,
    boolean force,
    Instant issuedAt,
    Instant expiresAt,
    String by) {

  /** The kind of request. */
  public enum Kind {
    RETRAIN,
    /** Train the network's last layers, too. */
    FINE_TUNE,
    PROMOTE,
    ROLLBACK,
    LABELS
  }

  /** Without a change of labels. */
  public Command(
      String id,
      Kind kind,
      @Nullable String version,
      @Nullable String expectedServing,
      boolean force,
      Instant issuedAt,
      Instant expiresAt,
      String by) {
    this(id, kind, version, null, expectedServing, force, issuedAt, expiresAt, by);
  }

  /**
   * The progress or result of a command, or of a training that the leader started by itself; there
   * may be several, and the state of the last one is final.
   *
   * @param command the command's id; without a command, the training's own
   * @param message in words: progress, what was done, or why not
   * @param version the resulting version; null if none
   * @param start why the leader trains without a command; null if it has one
   */
  public record Answer(
      String command,
      State state,
      String message,
      @Nullable String version,
      Instant at,
      @Nullable TrainingStart start) {
    /** To a command. */
    public Answer(
        String command, State state, String message, @Nullable String version, Instant at) {
      this(command, state, message, version, at, null);
    }

    /** The state of a command. */
    public enum State {
      RUNNING,
      DONE,
      /** Refused by the gate, for too few labels, or because another version serves. */
      REFUSED,
      FAILED
    }
  }
}
