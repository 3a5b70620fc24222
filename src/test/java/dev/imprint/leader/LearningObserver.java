package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything committed to the topics that the service writes, as it arrives. A thread of its
 * own reads; the other methods are thread-safe, and the collected records may be read after {@link
 * #close()}.
 */
final class LearningObserver implements AutoCloseable {
  /** A prediction, and when it became readable. */
  record Seen(Prediction prediction, Instant at) {}

  /** A value under an image's id; null for a tombstone. */
  record Stored<T>(int partition, @Nullable T value) {}

  final List<Seen> predictions = new ArrayList<>();
  final List<Outcome> outcomes = new ArrayList<>();
  final Map<String, List<Stored<Label>>> labels = new HashMap<>();
  final Map<String, List<Stored<String>>> pictures = new HashMap<>();
  final List<String> deadLetters = new ArrayList<>();

  private final Topics topics;
  private final Consumer<byte[], byte[]> consumer;
  private final Thread thread = new Thread(this::run, "observer");
  private final Set<String> judges = new HashSet<>();
  private final Set<String> predicted = new HashSet<>();
  private final Map<Integer, Integer> newest = new HashMap<>();
  private volatile long lastNews = System.nanoTime();
  private volatile boolean closing;

  LearningObserver(Clients clients, Topics topics, int partitions) {
    this.topics = topics;
    this.consumer = clients.consumer(Map.of("auto.offset.reset", "earliest"));
    List<TopicPartition> all = new ArrayList<>();
    for (String topic :
        List.of(
            topics.predictions(),
            topics.imagesDlq(),
            topics.feedbackDlq(),
            topics.outcomes(),
            topics.labels(),
            topics.pictures())) {
      for (int partition = 0; partition < partitions; partition++) {
        all.add(new TopicPartition(topic, partition));
      }
    }
    consumer.assign(all);
    thread.start();
  }

  /** The number of the newest predicted image, by partition of the topic images. */
  synchronized Map<Integer, Integer> newest() {
    return Map.copyOf(newest);
  }

  /** How many images have a prediction. */
  synchronized int predictedImages() {
    return predicted.size();
  }

  /** Whether these people's labels have outcomes. */
  synchronized boolean haveJudged(Set<String> people) {
    return judges.containsAll(people);
  }

  /** Whether the last record on the topic labels is a tombstone, for each of these images. */
  synchronized boolean haveForgotten(Set<String> ids) {
    return ids.stream()
        .allMatch(
            id -> {
              List<Stored<Label>> all = labels.getOrDefault(id, List.of());
              return !all.isEmpty() && all.get(all.size() - 1).value() == null;
            });
  }

  Duration quiet() {
    return Duration.ofNanos(System.nanoTime() - lastNews);
  }

  private void run() {
    while (!closing) {
      var records = consumer.poll(Duration.ofMillis(50));
      Instant now = Instant.now();
      synchronized (this) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
          lastNews = System.nanoTime();
          try {
            see(record, now);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }
    consumer.close();
  }

  private void see(ConsumerRecord<byte[], byte[]> record, Instant now) throws IOException {
    String topic = record.topic();
    String key = new String(record.key(), UTF_8);
    byte[] value = record.value();
    if (topic.equals(topics.predictions())) {
      Prediction prediction = PredictionCodec.decode(value);
      predictions.add(new Seen(prediction, now));
      predicted.add(prediction.imageId());
      newest.merge(
          prediction.claim().partition(), Integer.parseInt(prediction.imageId()), Math::max);
    } else if (topic.equals(topics.outcomes())) {
      Outcome outcome = Json.decode(value, Outcome.class);
      outcomes.add(outcome);
      judges.add(String.valueOf(outcome.who()));
    } else if (topic.equals(topics.labels())) {
      Label label = value == null ? null : Json.decode(value, Label.class);
      labels
          .computeIfAbsent(key, id -> new ArrayList<>())
          .add(new Stored<>(record.partition(), label));
    } else if (topic.equals(topics.pictures())) {
      String picture = value == null ? null : new String(value, UTF_8);
      pictures
          .computeIfAbsent(key, id -> new ArrayList<>())
          .add(new Stored<>(record.partition(), picture));
    } else {
      deadLetters.add(topic + ": " + key + " " + record.headers());
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join(TimeUnit.SECONDS.toMillis(30));
  }
}
