package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends pictures at a steady rate, each under its own id, until it is closed; and, if it knows
 * them, labels of some.
 */
final class PictureTraffic implements AutoCloseable {
  private static final int MAX_RECORD_BYTES = 2_000_000;

  /** A picture in so many is labelled. */
  private static final int LABELLED = 4;

  private final List<byte[]> pictures;
  private final List<String> labels;
  private final Producer<byte[], byte[]> producer;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  PictureTraffic(Clients clients, List<byte[]> pictures, int imagesPerSecond) {
    this(clients, pictures, List.of(), imagesPerSecond);
  }

  /**
   * @param labels of the pictures; empty if none is sent
   */
  PictureTraffic(Clients clients, List<byte[]> pictures, List<String> labels, int imagesPerSecond) {
    this.pictures = pictures;
    this.labels = labels;
    this.producer = clients.producer(MAX_RECORD_BYTES);
    timer.scheduleAtFixedRate(
        this::send, 0, TimeUnit.SECONDS.toMicros(1) / imagesPerSecond, TimeUnit.MICROSECONDS);
  }

  private void send() {
    int number = sent.size();
    byte[] id = ("t" + number).getBytes(UTF_8);
    sent.add(producer.send(new ProducerRecord<>("images", id, picture(number))));
    if (isLabelled(number)) {
      byte[] feedback = "{\"label\": \"%s\"}".formatted(label(number)).getBytes(UTF_8);
      producer.send(new ProducerRecord<>("feedback", id, feedback));
    }
  }

  boolean isLabelled(int number) {
    return !labels.isEmpty() && number % LABELLED == 0;
  }

  String label(int number) {
    return labels.get(number % labels.size());
  }

  /** How many different ones there are. */
  int pictures() {
    return pictures.size();
  }

  byte[] picture(int number) {
    return pictures.get(number % pictures.size());
  }

  /** Stops; returns how many are on the topic. */
  int stop() throws InterruptedException, ExecutionException {
    timer.shutdown();
    timer.awaitTermination(1, TimeUnit.MINUTES);
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
    return sent.size();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    producer.close();
  }
}
