package dev.imprint.leader;

import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.RefusedException;

/**
 * Carries out commands to promote a version or to roll back: the rollout, the answer and the
 * command's offset are one transaction. Used only by the leader's thread; owns nothing.
 */
record RolloutCommands(Publisher publisher, Answers answers) {
  void carryOut(PendingCommand pending) {
    Command command = pending.command();
    try {
      if (command.kind() == Command.Kind.ROLLBACK) {
        publisher.rollback(
            command.by(),
            "rolled back",
            (producer, version) ->
                answers.write(producer, pending, State.DONE, "rolled back", version));
        return;
      }
      String version = command.version();
      if (version == null) {
        throw new RefusedException("it does not name a version to promote");
      }
      publisher.promote(
          version,
          command.by(),
          "promoted by hand",
          (producer, name) -> answers.write(producer, pending, State.DONE, "promoted", name));
    } catch (RefusedException e) {
      answers.end(pending, State.REFUSED, String.valueOf(e.getMessage()), null);
    }
  }
}
