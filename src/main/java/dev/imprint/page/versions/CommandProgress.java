package dev.imprint.page.versions;

import static dev.imprint.model.Command.Kind.FINE_TUNE;
import static dev.imprint.model.Command.Kind.RETRAIN;

import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.model.labels.LabelChange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command, or a training that the leader started by itself, and how far it has come.
 *
 * @param kind null if only its answers are known; likewise {@code by}, {@code issuedAt} and {@code
 *     expiresAt}
 * @param version to promote; null for other kinds
 * @param change of labels, in words; null for other kinds
 * @param message the last one of the leader, in the words of the command line; empty while it waits
 * @param result the version that came of it; null if none did
 * @param at when it came this far; null while it waits
 * @param start why the leader trains without a command; null if it has one
 */
record CommandProgress(
    String id,
    Command.@Nullable Kind kind,
    @Nullable String version,
    @Nullable String change,
    @Nullable String by,
    @Nullable Instant issuedAt,
    @Nullable Instant expiresAt,
    State state,
    String message,
    @Nullable String result,
    @Nullable Instant at,
    @Nullable TrainingStart start) {

  enum State {
    WAITING,
    RUNNING,
    DONE,
    REFUSED,
    FAILED
  }

  static CommandProgress of(Command command) {
    LabelChange change = command.change();
    return new CommandProgress(
        command.id(),
        command.kind(),
        command.version(),
        change == null ? null : change.toString(),
        command.by(),
        command.issuedAt(),
        command.expiresAt(),
        State.WAITING,
        "",
        null,
        null,
        null);
  }

  /** Of a command that is not known, or of a training without one. */
  static CommandProgress of(Answer answer) {
    TrainingStart start = answer.start();
    Command.@Nullable Kind kind =
        start == null ? null : start == TrainingStart.STALLED_HEADS ? FINE_TUNE : RETRAIN;
    Instant begun = start == null ? null : answer.at();
    return new CommandProgress(
            answer.command(),
            kind,
            null,
            null,
            null,
            begun,
            null,
            State.RUNNING,
            "",
            null,
            null,
            start)
        .with(answer);
  }

  CommandProgress with(Answer answer) {
    return now(
        State.valueOf(answer.state().name()), answer.message(), answer.version(), answer.at());
  }

  private CommandProgress now(
      State its, String words, @Nullable String outcome, @Nullable Instant when) {
    return new CommandProgress(
        id, kind, version, change, by, issuedAt, expiresAt, its, words, outcome, when, start);
  }

  /** Whether it goes on without a command: what leads next does not take it up again. */
  boolean isOwnTraining() {
    return start != null && state == State.RUNNING;
  }

  /** The leader has begun something else, and it does one thing at a time. */
  CommandProgress abandoned() {
    return now(State.FAILED, "the instance that trained no longer leads", result, at);
  }
}
