package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Measures one {@code imprint serve} in its own process, with default settings.
 *
 * @param backbone its YAML; null for the bundled one
 */
record ServiceRun(Clients clients, Topics topics, Path head, Path state, @Nullable Path backbone) {
  private static final Duration BETWEEN_IMAGES = Duration.ofMillis(100);
  private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(3);

  /**
   * @param imagesPerSecond from the end of the first fifth to the last image
   * @param p50Ms NaN if no latencies were measured; likewise {@code p99Ms}
   * @param startSeconds from starting the process to its first prediction
   */
  record Result(
      double imagesPerSecond, double p50Ms, double p99Ms, long residentMiB, double startSeconds) {}

  /**
   * @param images how many to send at once
   * @param alone how many to send next at ten a second, for their latencies
   */
  Result measure(List<byte[]> pictures, int images, int alone)
      throws IOException, InterruptedException {
    try (Producer<byte[], byte[]> producer = clients.producer(16 << 20);
        Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
      List<TopicPartition> partitions =
          IntStream.range(0, 4).mapToObj(p -> new TopicPartition(topics.predictions(), p)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      send(producer, pictures, images);
      long start = System.nanoTime();
      Process service = start();
      // If the benchmark is stopped, its service must not keep running.
      Thread hook = new Thread(service::destroy);
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        long[] received = receive(consumer, images);
        long[] sorted = received.clone();
        Arrays.sort(sorted);
        double rate = (images - images / 5) / ((sorted[images - 1] - sorted[images / 5 - 1]) / 1e9);
        long[] latencies = latencies(producer, consumer, pictures, alone);
        return new Result(
            rate,
            percentile(latencies, 50),
            percentile(latencies, 99),
            residentMiB(service),
            (sorted[0] - start) / 1e9);
      } finally {
        service.destroy();
        service.waitFor();
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  /** Waits until Kafka has stored them; receiving would never end without all of them. */
  private void send(Producer<byte[], byte[]> producer, List<byte[]> pictures, int images)
      throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      sent.add(producer.send(record(i, pictures)));
    }
    for (Future<RecordMetadata> record : sent) {
      try {
        record.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("Kafka did not take a picture", e);
      }
    }
  }

  private static double percentile(long[] sortedNanos, int percent) {
    int count = sortedNanos.length;
    return count == 0 ? Double.NaN : sortedNanos[count * percent / 100] / 1e6;
  }

  private ProducerRecord<byte[], byte[]> record(int id, List<byte[]> pictures) {
    return new ProducerRecord<>(
        topics.images(), Integer.toString(id).getBytes(UTF_8), pictures.get(id % pictures.size()));
  }

  /** Like a user; this also waits for the partitions' leaders. */
  void createTopics() throws IOException, InterruptedException {
    if (imprint("topics", "create").waitFor() != 0) {
      throw new IllegalStateException("the topics could not be made");
    }
  }

  private Process start() throws IOException {
    return imprint(
        "serve", "--data", state.toString(), "--http-port", "0", "--head", head.toString());
  }

  private Process imprint(String... arguments) throws IOException {
    Path config = Files.createTempFile("benchmark", ".yaml");
    String settings = "topics: {prefix: '%s'}%napplication_id: %s%n";
    String network =
        backbone == null ? "" : "backbone: '%s'%n".formatted(backbone.toAbsolutePath());
    Files.writeString(config, settings.formatted(topics.prefix(), topics.prefix()) + network);
    List<String> command = new ArrayList<>(List.of("bin/imprint"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--bootstrap-server", clients.config().bootstrapServers()));
    command.addAll(List.of("--config", config.toString()));
    return new ProcessBuilder(command).inheritIO().start();
  }

  /** The times at which the images' predictions arrived, by id. */
  private static long[] receive(Consumer<byte[], byte[]> consumer, int images) {
    long[] received = new long[images];
    long deadline = System.nanoTime() + PATIENCE_NS;
    for (int left = images; left > 0; ) {
      for (var record : consumer.poll(Duration.ofMillis(100))) {
        received[Integer.parseInt(new String(record.key(), UTF_8))] = System.nanoTime();
        left--;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(left + " predictions are missing");
      }
    }
    return received;
  }

  /** Sorted; from sending to receipt, in nanoseconds, at a steady rate. */
  private long[] latencies(
      Producer<byte[], byte[]> producer,
      Consumer<byte[], byte[]> consumer,
      List<byte[]> pictures,
      int images)
      throws InterruptedException {
    long[] sent = new long[images];
    Thread sender =
        new Thread(
            () -> {
              long start = System.nanoTime();
              for (int i = 0; i < images; i++) {
                long due = start + i * BETWEEN_IMAGES.toNanos();
                while (System.nanoTime() < due) {
                  LockSupport.parkNanos(due - System.nanoTime());
                }
                sent[i] = System.nanoTime();
                producer.send(record(i, pictures));
              }
            });
    sender.start();
    long[] received = receive(consumer, images);
    sender.join();
    return IntStream.range(0, images).mapToLong(i -> received[i] - sent[i]).sorted().toArray();
  }

  private static long residentMiB(Process service) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + service.pid() + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> kilobytes(line.substring(line.indexOf(':') + 1)))
              .sum()
          / 1024;
    }
  }

  /** In the format of /proc: "1234 kB". */
  static long kilobytes(String text) {
    return Long.parseLong(text.trim().split(" ")[0]);
  }
}
