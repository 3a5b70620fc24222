package dev.imprint.page.teach;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Recent;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Verdict;
import dev.imprint.web.api.Caller;
import dev.imprint.web.api.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Writes labels as feedback, each once however often a browser sends it, also if Kafka is away in
 * between: while this runs it knows the newest statements by their ids. After a restart, and on
 * another instance, a statement may be written a second time; a label that says nothing new changes
 * nothing. Those of one image keep their order. Thread-safe.
 */
final class LabelPost {
  /** Beside each label, where the page has no users. */
  private static final String SOMEBODY = "page";

  static final int MOST_AT_ONCE = 50;

  private static final int MOST_REMEMBERED = 20_000;

  private final PageProducer producer;
  private final String topic;
  private final Teaching teaching;

  /** By statement; some are still on their way. Guarded by this. */
  private final Map<String, Future<RecordMetadata>> sent = Recent.put(MOST_REMEMBERED);

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
   * Returns once Kafka has acknowledged them all.
   *
   * @throws ProblemException if it has not; whatever is on its way to it, or there, is not written
   *     again
   */
  TakenLabels post(GivenLabels given, Caller caller) throws ProblemException {
    if (given.labels().size() > MOST_AT_ONCE) {
      throw ProblemException.unusable(
          "%d labels at once: send at most %d".formatted(given.labels().size(), MOST_AT_ONCE));
    }
    List<TakenLabels.Refused> refused = new ArrayList<>();
    Map<GivenLabels.Given, Future<RecordMetadata>> all = new LinkedHashMap<>();
    long deadline = producer.deadline();
    for (GivenLabels.Given each : given.labels()) {
      try {
        all.put(each, sentOnce(each, who(caller)));
      } catch (RejectedException | IllegalArgumentException e) {
        refused.add(new TakenLabels.Refused(each.id(), String.valueOf(e.getMessage())));
      }
    }
    return new TakenLabels(acknowledged(all, deadline), refused);
  }

  /**
   * Sends what is not on its way yet.
   *
   * @throws ProblemException if it is not accepted: later ones must not overtake it
   */
  private synchronized Future<RecordMetadata> sentOnce(GivenLabels.Given given, String who)
      throws RejectedException, ProblemException {
    Future<RecordMetadata> its = sent.get(given.id());
    if (its == null) {
      its = producer.sendPersistently(record(given, who));
      if (its.isDone()) {
        PageProducer.acknowledged(its, 0); // fails if it was not accepted
      }
      sent.put(given.id(), its);
    }
    return its;
  }

  private synchronized void forget(String id, Future<RecordMetadata> failed) {
    sent.remove(id, failed);
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

  private List<String> acknowledged(
      Map<GivenLabels.Given, Future<RecordMetadata>> all, long deadline) throws ProblemException {
    List<String> ids = new ArrayList<>();
    ProblemException problem = null;
    for (Map.Entry<GivenLabels.Given, Future<RecordMetadata>> each : all.entrySet()) {
      GivenLabels.Given given = each.getKey();
      try {
        PageProducer.acknowledged(each.getValue(), deadline);
        ids.add(given.id());
        settle(given);
      } catch (ProblemException e) {
        problem = e;
        if (each.getValue().isDone()) { // Kafka has refused it, or was away for too long
          forget(given.id(), each.getValue());
        }
      }
    }
    if (problem != null) {
      throw problem;
    }
    return ids;
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
