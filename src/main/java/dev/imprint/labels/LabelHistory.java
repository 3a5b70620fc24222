package dev.imprint.labels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Json;
import dev.imprint.event.TopicScan;
import dev.imprint.event.Topics;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.RejectedException;
import dev.imprint.model.labels.LabelChanges;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Everything on the topics about the label of one image. */
public final class LabelHistory {
  /**
   * One record.
   *
   * @param at when Kafka got it
   * @param what in words
   * @param place topic, partition and offset of the record
   */
  public record LabelEvent(
      Instant at, String what, @Nullable String who, @Nullable String why, String place) {}

  private final String imageId;
  private final Topics topics;
  private final LabelChanges changes;

  /**
   * @param changes what labels are called now
   */
  public LabelHistory(String imageId, Topics topics, LabelChanges changes) {
    this.imageId = imageId;
    this.topics = topics;
    this.changes = changes;
  }

  /** The topics that have something to say. */
  public static String[] topics(Topics topics) {
    return new String[] {
      topics.feedback(), topics.feedbackDlq(), topics.labels(), topics.outcomes()
    };
  }

  /**
   * Reads the topics to their ends.
   *
   * @return oldest first
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static List<LabelEvent> of(
      String imageId, Clients clients, Topics topics, LabelChanges changes) {
    LabelHistory history = new LabelHistory(imageId, topics, changes);
    List<LabelEvent> events = new ArrayList<>();
    for (String topic : topics(topics)) {
      try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
        TopicScan.ofTopic(consumer, topic)
            .forEach(
                record -> {
                  LabelEvent event = history.event(record);
                  if (event != null) {
                    events.add(event);
                  }
                });
      }
    }
    return inOrder(events);
  }

  /**
   * Oldest first.
   *
   * @param events in the order of {@link #topics}: what was said, then what came of it
   */
  public static List<LabelEvent> inOrder(List<LabelEvent> events) {
    return events.stream().sorted(Comparator.comparing(LabelEvent::at)).toList(); // stable
  }

  /** Null if the record is about another image, or cannot be read. */
  public @Nullable LabelEvent event(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.topic().equals(topics.feedback())) {
        return said(record);
      }
      if (record.key() == null || !new String(record.key(), UTF_8).equals(imageId)) {
        return null;
      }
      if (record.topic().equals(topics.feedbackDlq())) {
        DeadLetter letter = DeadLetter.of(record.headers());
        return event(record, "refused: %s: %s".formatted(letter.reason(), letter.message()));
      }
      return record.topic().equals(topics.labels()) ? labelled(record) : judged(record);
    } catch (IOException | RejectedException | IllegalArgumentException e) {
      return null; // the service reports it
    }
  }

  private @Nullable LabelEvent said(ConsumerRecord<byte[], byte[]> record)
      throws RejectedException {
    Feedback feedback = FeedbackCodec.read(record.key(), record.value());
    if (!feedback.imageId().equals(imageId)) {
      return null;
    }
    String what =
        feedback.label() != null
            ? "said to be " + name(feedback.label())
            : "said: " + String.valueOf(feedback.verdict()).toLowerCase(Locale.ROOT);
    String why = feedback.why().name().toLowerCase(Locale.ROOT);
    return new LabelEvent(
        Instant.ofEpochMilli(record.timestamp()), what, feedback.who(), why, place(record));
  }

  private LabelEvent labelled(ConsumerRecord<byte[], byte[]> record) throws IOException {
    if (record.value() == null) {
      return event(record, "removed from what is learned");
    }
    Label label = Json.decode(record.value(), Label.class);
    return new LabelEvent(
        Instant.ofEpochMilli(record.timestamp()),
        "labelled " + name(label.label()),
        label.who(),
        null,
        place(record));
  }

  private LabelEvent judged(ConsumerRecord<byte[], byte[]> record) throws IOException {
    Outcome outcome = Json.decode(record.value(), Outcome.class);
    String predicted = outcome.predicted() == null ? "nothing" : name(outcome.predicted());
    String actual = outcome.actual() == null ? "wrong" : name(outcome.actual());
    return event(
        record,
        "counted: %s predicted %s at %.2f, it is %s"
            .formatted(outcome.modelVersion(), predicted, outcome.confidence(), actual));
  }

  private static LabelEvent event(ConsumerRecord<byte[], byte[]> record, String what) {
    Instant at = Instant.ofEpochMilli(record.timestamp());
    return new LabelEvent(at, what, null, null, place(record));
  }

  private String name(String label) {
    String now = changes.named(label);
    String quoted =
        now.equals(label) ? "'%s'".formatted(label) : "'%s' (now '%s')".formatted(label, now);
    return changes.retired().contains(now) ? quoted + ", which is retired" : quoted;
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
  }
}
