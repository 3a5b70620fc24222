package dev.imprint.app.options;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Clients;
import dev.imprint.leader.Commands;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.terminal.ExitCodes;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options shared by commands to the leader: its address, and how long to wait for its answer. */
public final class CommandOptions {
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "How long to wait for an answer, in seconds (${DEFAULT-VALUE}).")
  private long timeout;

  public KafkaOptions kafka() {
    return kafka;
  }

  /**
   * The request.
   *
   * @param change of labels; null for other kinds
   */
  public record Request(Command.Kind kind, boolean force, @Nullable LabelChange change) {}

  /**
   * Sends the request, and with {@code wait} prints the answers.
   *
   * @return the exit code
   */
  public int run(Request request, boolean wait, PrintWriter out, PrintWriter err)
      throws InterruptedException {
    ImprintConfig config = kafka.config();
    Clients clients = KafkaOptions.clients(config);
    TopicSetup.require(config, config.topics().commands());
    Duration patience = Duration.ofSeconds(timeout);
    Instant now = Clock.systemUTC().instant();
    Command command =
        new Command(
            UUID.randomUUID().toString(),
            request.kind(),
            null,
            request.change(),
            null,
            request.force(),
            now,
            now.plus(patience),
            KafkaOptions.user());
    try (Commands commands = Commands.open(clients, config.topics())) {
      commands.send(command);
      if (!wait) {
        out.println("asked: " + command.id());
        return ExitCodes.DONE;
      }
      return await(commands, command, out, err);
    }
  }

  private int await(Commands commands, Command command, PrintWriter out, PrintWriter err) {
    long end = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
    boolean heard = false;
    while (System.nanoTime() < end) {
      Optional<Answer> next = commands.next(command.id());
      if (next.isEmpty()) {
        continue;
      }
      heard = true;
      Answer answer = next.get();
      switch (answer.state()) {
        case RUNNING -> err.println(answer.message());
        case DONE -> {
          String which = answer.version() == null ? "" : answer.version() + ": ";
          out.println(which + answer.message());
          return ExitCodes.DONE;
        }
        case REFUSED -> {
          String what = answer.version() == null ? "refused" : answer.version();
          err.println(what + ": " + answer.message());
          return ExitCodes.REFUSED;
        }
        case FAILED -> throw new CommandFailedException(answer.message());
      }
    }
    throw new CommandFailedException(
        heard
            ? ("not finished after %d s; the service carries on, and 'imprint models list' will"
                    + " show the outcome")
                .formatted(timeout)
            : "no answer after %d s: is a service running (imprint serve)?".formatted(timeout));
  }
}
