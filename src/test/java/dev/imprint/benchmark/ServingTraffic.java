package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Pictures to a program, and its predictions from it, read committed. Keys are consecutive numbers,
 * from 0 for each call. Not thread-safe; the creator must close it.
 */
final class ServingTraffic implements AutoCloseable {
  private static final int MOST_RECORD_BYTES = 16 << 20;
  private static final int PARTITIONS = 4;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(3);

  private final Topics topics;
  private final List<byte[]> pictures;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;

  private ServingTraffic(
      Topics topics,
      List<byte[]> pictures,
      Producer<byte[], byte[]> producer,
      Consumer<byte[], byte[]> consumer) {
    this.topics = topics;
    this.pictures = pictures;
    this.producer = producer;
    this.consumer = consumer;
  }

  /** With the topics as they are created by default; those of other predictions must be empty. */
  static ServingTraffic open(Clients clients, Topics topics, List<byte[]> pictures) {
    Producer<byte[], byte[]> producer = clients.producer(MOST_RECORD_BYTES);
    Consumer<byte[], byte[]> consumer = clients.consumer(Map.of());
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(p -> new TopicPartition(topics.predictions(), p))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return new ServingTraffic(topics, pictures, producer, consumer);
  }

  /**
   * The predictions, and when they came.
   *
   * @param nanos by picture
   * @param predictions by picture, in JSON
   */
  record Received(List<Throughput.Sample> samples, long[] nanos, byte[][] predictions) {
    /** By picture. */
    double[] confidences() throws IOException {
      ObjectMapper json = new ObjectMapper();
      double[] confidences = new double[predictions.length];
      for (int i = 0; i < confidences.length; i++) {
        confidences[i] = json.readTree(predictions[i]).required("confidence").asDouble();
      }
      return confidences;
    }
  }

  /** Waits until Kafka has stored them; receiving would never end without all of them. */
  void send(int images) throws InterruptedException, ExecutionException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      sent.add(producer.send(record(i)));
    }
    for (Future<RecordMetadata> record : sent) {
      record.get();
    }
  }

  private ProducerRecord<byte[], byte[]> record(int id) {
    byte[] key = Integer.toString(id).getBytes(UTF_8);
    return new ProducerRecord<>(topics.images(), key, pictures.get(id % pictures.size()));
  }

  /**
   * Waits for so many predictions.
   *
   * @throws IllegalStateException if the program ends, or three minutes bring nothing
   */
  Received receive(int images, Process process) throws IOException {
    List<Throughput.Sample> samples = new ArrayList<>();
    long[] nanos = new long[images];
    byte[][] predictions = new byte[images][];
    long deadline = System.nanoTime() + PATIENCE_NS;
    for (int received = 0; received < images; ) {
      var records = consumer.poll(POLL);
      long now = System.nanoTime();
      for (var record : records) {
        int id = Integer.parseInt(new String(record.key(), UTF_8));
        received += predictions[id] == null ? 1 : 0; // at least once may be twice
        nanos[id] = nanos[id] == 0 ? now : nanos[id];
        predictions[id] = record.value();
      }
      if (!records.isEmpty()) {
        deadline = now + PATIENCE_NS;
        samples.add(PeerRun.sample(received, now, process));
      } else if (!process.isAlive()) {
        throw new IllegalStateException("the program ended with " + process.exitValue());
      }
      if (now > deadline) {
        throw new IllegalStateException(images - received + " predictions are missing");
      }
    }
    return new Received(samples, nanos, predictions);
  }

  /** From sending to receipt, at a steady rate. */
  Latency latency(PeerRun.Rate rate, Process process) throws IOException, InterruptedException {
    long between = TimeUnit.SECONDS.toNanos(1) / rate.perSecond();
    long[] sent = new long[rate.images()];
    Thread sender =
        new Thread(
            () -> {
              long start = System.nanoTime();
              for (int i = 0; i < sent.length; i++) {
                long due = start + i * between;
                while (System.nanoTime() < due) {
                  LockSupport.parkNanos(due - System.nanoTime());
                }
                sent[i] = System.nanoTime();
                producer.send(record(i));
              }
            });
    sender.setDaemon(true);
    sender.start();
    long[] received = receive(sent.length, process).nanos();
    sender.join();
    return Latency.of(
        IntStream.range(0, sent.length).mapToLong(i -> received[i] - sent[i]).sorted().toArray());
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
    consumer.close();
  }
}
