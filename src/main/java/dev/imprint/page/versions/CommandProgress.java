package dev.imprint.page.versions;

import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.LabelChange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command and how far it has come.
 *
 * @param kind null if only its answers are known; likewise {@code by}, {@code issuedAt} and {@code
 *     expiresAt}
 * @param version to promote; null for other kinds
 * @param change of labels, in words; null for other kinds
 * @param message the last one of the leader, in the words of the command line; empty while it waits
 * @param result the version that came of it; null if none did
 * @param at when it came this far; null while it waits
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
    @Nullable Instant at) {

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
        null);
  }

  /** Of a command that is not known. */
  static CommandProgress of(Answer answer) {
    return new CommandProgress(
            answer.command(), null, null, null, null, null, null, State.RUNNING, "", null, null)
        .with(answer);
  }

  CommandProgress with(Answer answer) {
    return new CommandProgress(
        id,
        kind,
        version,
        change,
        by,
        issuedAt,
        expiresAt,
        State.valueOf(answer.state().name()),
        answer.message(),
        answer.version(),
        answer.at());
  }
}
