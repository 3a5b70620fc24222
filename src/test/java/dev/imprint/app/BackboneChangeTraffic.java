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

/** Sends pictures at a steady rate, each under its own id, until it is closed. */
final class BackboneChangeTraffic implements AutoCloseable {
  private static final int MAX_RECORD_BYTES = 2_000_000;

  private final List<byte[]> pictures;
  private final Producer<byte[], byte[]> producer;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  BackboneChangeTraffic(Clients clients, List<byte[]> pictures, int imagesPerSecond) {
    this.pictures = pictures;
    this.producer = clients.producer(MAX_RECORD_BYTES);
    timer.scheduleAtFixedRate(
        this::send, 0, TimeUnit.SECONDS.toMicros(1) / imagesPerSecond, TimeUnit.MICROSECONDS);
  }

  private void send() {
    int number = sent.size();
    sent.add(
        producer.send(
            new ProducerRecord<>("images", ("t" + number).getBytes(UTF_8), picture(number))));
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
