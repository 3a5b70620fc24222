package dev.imprint.page.commands;

import dev.imprint.event.Topics;
import dev.imprint.leader.CommandSender;
import dev.imprint.model.Command;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.page.feed.PageProducer;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Caller;
import dev.imprint.web.api.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends commands to the leader, as the command line does. Thread-safe. */
public record LeaderCommands(PageProducer producer, Topics topics, Clock clock) {
  /** Of versions, in requests. */
  public static final int LONGEST_NAME = 100;

  /** As long as the command line waits. */
  private static final Duration VALID = Duration.ofMinutes(10);

  private static final int ACCEPTED = 202;

  /** Where the page has no users. */
  private static final String SOMEBODY = "the page";

  /**
   * A command that Kafka has stored.
   *
   * @param id under which its progress and its outcome come
   */
  public record Sent(String id) {}

  /**
   * @param version to promote; null otherwise
   * @param change of labels; null otherwise
   * @param expectedServing the leader refuses it if another version serves; null if that does not
   *     matter
   */
  public record Request(
      Command.Kind kind,
      @Nullable String version,
      @Nullable LabelChange change,
      @Nullable String expectedServing,
      boolean force) {}

  /**
   * @throws ProblemException if it is longer than a version's name
   */
  public static void checkExpected(@Nullable String expectedServing) throws ProblemException {
    if (expectedServing != null && expectedServing.length() > LONGEST_NAME) {
      throw ProblemException.unusable(
          "expected_serving has %d characters: use at most %d, or null"
              .formatted(expectedServing.length(), LONGEST_NAME));
    }
  }

  /** Accepted, with {@link Sent}, once Kafka has confirmed it. */
  public Answer send(Request request, Caller caller) {
    Instant now = clock.instant();
    Command command =
        new Command(
            UUID.randomUUID().toString(),
            request.kind(),
            request.version(),
            request.change(),
            request.expectedServing(),
            request.force(),
            now,
            now.plus(VALID),
            caller.name() == null ? SOMEBODY : caller.name());
    return producer.inTurn(() -> sent(command));
  }

  private Answer sent(Command command) {
    Answer.Later confirmed =
        producer.acknowledged(
            producer.send(CommandSender.record(topics, command)),
            at -> new Answer.Value(ACCEPTED, new Sent(command.id())));
    return new Answer.Later(confirmed.answer().exceptionallyCompose(LeaderCommands::unconfirmed));
  }

  private static CompletableFuture<Answer> unconfirmed(Throwable failure) {
    return CompletableFuture.failedFuture(
        ProblemException.unavailable(
            "Kafka did not confirm the command, which may still arrive: "
                + Objects.requireNonNullElse(failure.getCause(), failure).getMessage()));
  }
}
