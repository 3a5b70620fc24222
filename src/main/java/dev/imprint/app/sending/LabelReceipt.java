package dev.imprint.app.sending;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.Json;
import dev.imprint.event.TopicScan;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what happens to one record of feedback, from the topics that the service writes. Open
 * it before the record is sent. For one thread; the caller must close it.
 */
final class LabelReceipt implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Clients clients;
  private final Topics topics;
  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private boolean counted;

  /** The outcome of a label. */
  sealed interface Fate {
    String words();

    record Taken(String words) implements Fate {}

    record RefusedLabel(String words) implements Fate {}
  }

  private LabelReceipt(Clients clients, Topics topics, Consumer<byte[], byte[]> consumer) {
    this.clients = clients;
    this.topics = topics;
    this.consumer = consumer;
    this.partitions =
        Stream.of(topics.labels(), topics.outcomes(), topics.feedbackDlq())
            .flatMap(topic -> Clients.partitions(consumer, topic).stream())
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position); // seeking is lazy
  }

  static LabelReceipt open(Clients clients, Topics topics) {
    return new LabelReceipt(clients, topics, clients.consumer(Map.of()));
  }

  /**
   * @param sent position of the feedback
   * @return null if nothing happened in time
   */
  @Nullable Fate await(Feedback feedback, RecordMetadata sent, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Fate fate = fate(record, feedback, sent);
        if (fate != null) {
          return fate;
        }
      }
    }
    return null;
  }

  /** Whether it was counted for live accuracy, even though it led to no label. */
  boolean counted() {
    return counted;
  }

  /** The image's label in the buffer; null if it has none. Reads the whole topic. */
  @Nullable String label(String imageId) {
    String label = null;
    try (Consumer<byte[], byte[]> all = clients.consumer(Map.of())) {
      TopicScan scan = TopicScan.ofTopic(all, topics.labels());
      for (var records = scan.next(); !records.isEmpty(); records = scan.next()) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
          if (isOf(imageId, record)) {
            Label found = decode(record.value(), Label.class);
            label = found == null ? null : found.label();
          }
        }
      }
    }
    return label;
  }

  private @Nullable Fate fate(
      ConsumerRecord<byte[], byte[]> record, Feedback feedback, RecordMetadata sent) {
    if (record.topic().equals(topics.feedbackDlq())) {
      return refused(record, sent);
    }
    if (!isOf(feedback.imageId(), record)) {
      return null;
    }
    if (record.topic().equals(topics.outcomes())) {
      Outcome outcome = decode(record.value(), Outcome.class);
      counted |= outcome != null && outcome.at().equals(feedback.at());
      return counted && feedback.verdict() == Verdict.INCORRECT
          ? new Fate.Taken("counted as wrong")
          : null;
    }
    if (feedback.verdict() == Verdict.FORGET) {
      return record.value() == null ? new Fate.Taken("forgotten") : null;
    }
    Label label = decode(record.value(), Label.class);
    return label != null && isAt(label.feedback(), sent)
        ? new Fate.Taken("labelled '%s'".formatted(label.label()))
        : null;
  }

  private static @Nullable Fate refused(
      ConsumerRecord<byte[], byte[]> record, RecordMetadata sent) {
    try {
      DeadLetter letter = DeadLetter.of(record.headers());
      Claim claim = new Claim(letter.topic(), letter.partition(), letter.offset(), "");
      return isAt(claim, sent)
          ? new Fate.RefusedLabel("%s: %s".formatted(letter.reason(), letter.message()))
          : null;
    } catch (IllegalArgumentException e) {
      return null; // written by someone else
    }
  }

  private static boolean isOf(String imageId, ConsumerRecord<byte[], byte[]> record) {
    return record.key() != null && new String(record.key(), UTF_8).equals(imageId);
  }

  private static boolean isAt(Claim claim, RecordMetadata sent) {
    return claim.topic().equals(sent.topic())
        && claim.partition() == sent.partition()
        && claim.offset() == sent.offset();
  }

  private static <T> @Nullable T decode(byte @Nullable [] value, Class<T> type) {
    try {
      return value == null ? null : Json.decode(value, type);
    } catch (IOException e) {
      return null; // the service reports what is wrong with it
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
