package dev.imprint.page.versions;

import dev.imprint.event.CommandCodec;
import dev.imprint.leader.Commands;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Recent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The newest commands on their topic, each with its last answer. Not thread-safe. */
final class RecentCommands {
  private static final int MOST = 30;

  private static final Logger LOG = LoggerFactory.getLogger(RecentCommands.class);

  private final Map<String, CommandProgress> commands = Recent.put(MOST);

  /** Takes a record's value; the commands of which it says something new. */
  List<CommandProgress> take(byte @Nullable [] value) {
    if (value == null) {
      return List.of();
    }
    Optional<Answer> answer = Commands.answer(value);
    CommandProgress next = answer.isPresent() ? answered(answer.get()) : asked(value);
    if (next == null) {
      return List.of();
    }
    List<CommandProgress> changed = new ArrayList<>();
    if (answer.isPresent()) {
      changed.addAll(abandoned(next.id()));
    }
    if (!next.equals(commands.put(next.id(), next))) {
      changed.add(next);
    }
    return changed;
  }

  /** Trainings without a command that have no end, and whose leader is gone. */
  private List<CommandProgress> abandoned(String nowAnswered) {
    List<CommandProgress> ended =
        commands.values().stream()
            .filter(each -> each.isOwnTraining() && !each.id().equals(nowAnswered))
            .map(CommandProgress::abandoned)
            .toList();
    ended.forEach(each -> commands.put(each.id(), each));
    return ended;
  }

  private @Nullable CommandProgress answered(Answer answer) {
    if (answer.command() == null || answer.state() == null || answer.message() == null) {
      return null; // somebody else's
    }
    CommandProgress known = commands.get(answer.command());
    return known == null ? CommandProgress.of(answer) : known.with(answer);
  }

  private @Nullable CommandProgress asked(byte[] value) {
    try {
      Command command = CommandCodec.read(value);
      CommandProgress known = commands.get(command.id());
      return known == null ? CommandProgress.of(command) : known; // read again, or sent twice
    } catch (IOException e) {
      LOG.debug("Skipping a record that is not a command; the leader rejects it", e);
      return null;
    }
  }

  /** The oldest first. */
  List<CommandProgress> all() {
    return new ArrayList<>(commands.values());
  }
}
