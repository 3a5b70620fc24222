package dev.imprint.page.teach;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Recent;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Verdict;
import dev.imprint.page.feed.PageProducer;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Caller;
import dev.imprint.web.api.ProblemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Writes labels as feedback, each once however often a browser sends it, also if Kafka is away in
 * between: while this runs it knows the newest statements by their ids. After a restart, and on
 * another instance, a statement may be written a second time; a label that says nothing new changes
 * nothing. Those of one image keep their order: a label that could not be sent is never written
 * after a later one. Thread-safe.
 */
final class LabelPost {
  /** Beside each label, where the page has no users. */
  private static final String SOMEBODY = "page";

  static final int MOST_AT_ONCE = 50;

  private static final int MOST_REMEMBERED = 20_000;

  private final PageProducer producer;
  private final String topic;
  private final Teaching teaching;

  /** By statement. */
  private final Map<String, Sent> sent = Collections.synchronizedMap(Recent.put(MOST_REMEMBERED));

  /** The latest statement on each image, by its id; used in turn. */
  private final Map<String, Sent> latest = Recent.used(MOST_REMEMBERED);

  /** Number of the latest statement on each image that Kafka has acknowledged. */
  private final Map<String, Long> acknowledged =
      Collections.synchronizedMap(Recent.used(MOST_REMEMBERED));

  private long count; // used in turn

  /**
   * A statement that the producer was given.
   *
   * @param number in the order in which they first came
   * @param at where it is in Kafka; may still be on its way
   * @param reported whether somebody was told that this failed
   */
  private record Sent(long number, CompletableFuture<RecordMetadata> at, boolean reported) {
    boolean hasFailed() {
      return at.isCompletedExceptionally();
    }
  }

  /**
   * @param topic of the feedback
   * @param teaching told what is settled
   */
  LabelPost(PageProducer producer, String topic, Teaching teaching) {
    this.producer = producer;
    this.topic = topic;
    this.teaching = teaching;
  }

  /**
   * Sends them, and answers with {@link TakenLabels} once Kafka has acknowledged them all; until
   * then, whatever is on its way to it, or there, is not written again.
   *
   * @throws ProblemException if there are too many
   */
  Answer post(GivenLabels given, Caller caller) throws ProblemException {
    if (given.labels().size() > MOST_AT_ONCE) {
      throw ProblemException.unusable(
          "%d labels at once: send at most %d".formatted(given.labels().size(), MOST_AT_ONCE));
    }
    return producer.inTurn(() -> send(given, who(caller)));
  }

  private Answer send(GivenLabels given, String who) throws ProblemException {
    List<TakenLabels.Refused> refused = new ArrayList<>();
    Map<String, CompletableFuture<?>> all = new LinkedHashMap<>();
    for (GivenLabels.Given each : given.labels()) {
      try {
        all.put(each.id(), sentOnce(each, who));
      } catch (RejectedException | IllegalArgumentException e) {
        refused.add(new TakenLabels.Refused(each.id(), String.valueOf(e.getMessage())));
      }
    }
    TakenLabels taken = new TakenLabels(List.copyOf(all.keySet()), refused);
    Answer.Later later =
        producer.acknowledged(
            CompletableFuture.allOf(all.values().toArray(CompletableFuture[]::new)),
            done -> Answer.ok(taken));
    return new Answer.Later(
        later.answer().whenComplete((done, failure) -> markReported(all.keySet())));
  }

  /** Notes which have failed, so that the next attempt sends them again. */
  private void markReported(Set<String> ids) {
    ids.forEach(
        id ->
            sent.computeIfPresent(
                id, (same, its) -> new Sent(its.number(), its.at(), its.hasFailed())));
  }

  /**
   * Sends what is not on its way yet, unless a later statement on the image is.
   *
   * @return done once it, or that later one, has been acknowledged
   * @throws ProblemException if it is not accepted: later ones must not overtake it
   */
  private CompletableFuture<?> sentOnce(GivenLabels.Given given, String who)
      throws RejectedException, ProblemException {
    Sent before = sent.get(given.id());
    if (before != null && !before.reported()) {
      return before.at();
    }
    CompletableFuture<?> later = before == null ? null : later(given.imageId(), before.number());
    if (later != null) {
      return later;
    }
    long number = before == null ? ++count : before.number();
    CompletableFuture<RecordMetadata> at =
        producer
            .sendPersistently(record(given, who))
            .whenComplete(
                (where, failure) -> {
                  if (failure == null) {
                    acknowledged.merge(given.imageId(), number, Math::max);
                    settle(given);
                  }
                });
    PageProducer.requireAccepted(at);
    Sent its = new Sent(number, at, false);
    sent.put(given.id(), its);
    latest.merge(given.imageId(), its, (old, now) -> old.number() > number ? old : now);
    return at;
  }

  /** A later statement on the image that has not failed; null if there is none. */
  private @Nullable CompletableFuture<?> later(String imageId, long number) {
    if (acknowledged.getOrDefault(imageId, 0L) > number) {
      return CompletableFuture.completedFuture(null);
    }
    Sent last = latest.get(imageId);
    return last != null && last.number() > number && !last.hasFailed() ? last.at() : null;
  }

  /** Checked as the service checks what it reads, so that it becomes no dead letter. */
  private ProducerRecord<byte[], byte[]> record(GivenLabels.Given given, String who)
      throws RejectedException {
    Feedback said = given.feedback(who);
    byte[] value = FeedbackCodec.encode(said);
    return FeedbackCodec.record(topic, FeedbackCodec.read(null, value));
  }

  /** The name beside a label. */
  static String who(Caller caller) {
    return Objects.requireNonNullElse(caller.name(), SOMEBODY);
  }

  private void settle(GivenLabels.Given given) {
    Claim claim = given.claim();
    if (given.verdict() == Verdict.FORGET) {
      teaching.reopen(claim);
    } else {
      teaching.settle(claim);
    }
  }
}
