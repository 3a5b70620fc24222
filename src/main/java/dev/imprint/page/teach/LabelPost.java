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
 * Writes labels as feedback, each once however often a browser sends it: while this runs it knows
 * the newest statements by their ids, and after a restart the service itself ignores a label that
 * says nothing new. Thread-safe.
 */
final class LabelPost {
  /** Beside each label, where the page has no users. */
  private static final String SOMEBODY = "page";

  static final int MOST_AT_ONCE = 50;

  private static final int MOST_REMEMBERED = 20_000;

  private final PageProducer producer;
  private final String topic;
  private final Teaching teaching;
  private final Map<String, Boolean> taken = Recent.put(MOST_REMEMBERED); // guarded by this

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
   * @throws ProblemException if it has not; those that it did take are not written again
   */
  synchronized TakenLabels post(GivenLabels given, Caller caller) throws ProblemException {
    if (given.labels().size() > MOST_AT_ONCE) {
      throw ProblemException.unusable(
          "%d labels at once: send at most %d".formatted(given.labels().size(), MOST_AT_ONCE));
    }
    List<TakenLabels.Refused> refused = new ArrayList<>();
    Map<GivenLabels.Given, Future<RecordMetadata>> sent = new LinkedHashMap<>();
    List<String> known = new ArrayList<>();
    for (GivenLabels.Given each : given.labels()) {
      if (taken.containsKey(each.id())) {
        known.add(each.id());
        continue;
      }
      try {
        sent.put(each, producer.send(record(each, who(caller))));
      } catch (RejectedException | IllegalArgumentException e) {
        refused.add(new TakenLabels.Refused(each.id(), String.valueOf(e.getMessage())));
      }
    }
    known.addAll(acknowledged(sent));
    return new TakenLabels(known, refused);
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

  private List<String> acknowledged(Map<GivenLabels.Given, Future<RecordMetadata>> sent)
      throws ProblemException {
    List<String> ids = new ArrayList<>();
    ProblemException problem = null;
    for (Map.Entry<GivenLabels.Given, Future<RecordMetadata>> each : sent.entrySet()) {
      try {
        PageProducer.acknowledged(each.getValue());
        taken.put(each.getKey().id(), true);
        ids.add(each.getKey().id());
        settle(each.getKey());
      } catch (ProblemException e) {
        problem = e;
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
