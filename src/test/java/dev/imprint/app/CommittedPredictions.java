package dev.imprint.app;

import static org.awaitility.Awaitility.await;

import dev.imprint.event.Clients;
import dev.imprint.event.PredictionCodec;
import dev.imprint.model.Prediction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Collects predictions as a read-committed reader sees them, from the beginning until it is closed.
 * Thread-safe.
 */
final class CommittedPredictions implements AutoCloseable {
  /** A prediction, and when it became readable. */
  private record Seen(Prediction prediction, Instant at) {}

  private final Consumer<byte[], byte[]> consumer;
  private final List<Seen> all = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "predictions");
  private volatile boolean closing;

  CommittedPredictions(Clients clients) {
    consumer = clients.consumer(Map.of("auto.offset.reset", "earliest"));
    consumer.assign(
        Clients.partitions(consumer, "predictions").stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList());
    thread.start();
  }

  /** Of all images with a prediction; an image predicted twice is listed twice. */
  synchronized List<String> ids() {
    return all.stream().map(seen -> seen.prediction().imageId()).toList();
  }

  synchronized long partitionsReceivedAfter(Instant since) {
    return all.stream()
        .map(Seen::prediction)
        .filter(prediction -> prediction.receivedAt().isAfter(since))
        .map(prediction -> prediction.claim().partition())
        .distinct()
        .count();
  }

  /** The longest time since this moment in which no prediction became readable. */
  synchronized Duration longestGap(Instant since) {
    return longest(all, since);
  }

  /** The same for the image partition with the longest wait. */
  synchronized Duration longestGapOfAPartition(Instant since) {
    return all.stream()
        .collect(Collectors.groupingBy(seen -> seen.prediction().claim().partition()))
        .values()
        .stream()
        .map(ofOne -> longest(ofOne, since))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static Duration longest(List<Seen> seen, Instant since) {
    return IntStream.range(1, seen.size())
        .filter(i -> seen.get(i).at().isAfter(since))
        .mapToObj(i -> Duration.between(seen.get(i - 1).at(), seen.get(i).at()))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** Waits until no prediction has arrived for this long. */
  void awaitQuiet(Duration quiet) {
    int[] last = {-1};
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(quiet)
        .until(() -> last[0] == (last[0] = size()));
  }

  private synchronized int size() {
    return all.size();
  }

  private void run() {
    while (!closing) {
      var records = consumer.poll(Duration.ofMillis(50));
      Instant now = Instant.now();
      synchronized (this) {
        records.forEach(record -> all.add(new Seen(decode(record.value()), now)));
      }
    }
    consumer.close();
  }

  private static Prediction decode(byte[] value) {
    try {
      return PredictionCodec.decode(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join(TimeUnit.SECONDS.toMillis(30));
  }
}
