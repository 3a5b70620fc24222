package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.Clients;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Ten images a second and their predictions, as a read-committed consumer sees them. Sends and
 * receives in its own threads until it is finished or closed; all public methods are thread-safe.
 */
final class LearningBenchmarkTraffic implements AutoCloseable {
  private static final int PARTITIONS = 4;
  private static final long BETWEEN_IMAGES_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration FOR_DOUBLES = Duration.ofSeconds(2);

  /** The period in which images are sent, by {@link System#nanoTime}. */
  record Window(long from, long to) {}

  /** Milliseconds from sending to receipt, for images sent in some windows. */
  record Latencies(int images, double p50, double p99, double most) {}

  private final List<byte[]> pictures;
  private final Topics topics;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;
  private final String run = Long.toString(System.nanoTime(), Character.MAX_RADIX) + "-";
  private final Thread sender = new Thread(this::send, "traffic-sender");
  private final Thread receiver = new Thread(this::receive, "traffic-receiver");
  private final Map<Integer, Long> sent = new ConcurrentHashMap<>();
  private final Map<Integer, Long> received = new ConcurrentHashMap<>();
  private final Map<String, Instant> firstOf = new ConcurrentHashMap<>();
  private final AtomicInteger doubled = new AtomicInteger();
  private volatile boolean sending = true;
  private volatile boolean receiving = true;

  private LearningBenchmarkTraffic(List<byte[]> pictures, Clients clients, Topics topics) {
    this.pictures = pictures;
    this.topics = topics;
    this.producer = clients.producer(16 << 20);
    this.consumer = clients.consumer(Map.of());
    List<TopicPartition> all =
        IntStream.range(0, PARTITIONS)
            .mapToObj(p -> new TopicPartition(topics.predictions(), p))
            .toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position); // seeking is lazy
  }

  static LearningBenchmarkTraffic start(List<byte[]> pictures, Clients clients, Topics topics) {
    var traffic = new LearningBenchmarkTraffic(pictures, clients, topics);
    traffic.receiver.start();
    traffic.sender.start();
    return traffic;
  }

  /** Waits for the first prediction by this version; returns its arrival. */
  Instant firstOf(String version) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> knows(version));
    return firstOf.getOrDefault(version, Instant.MAX);
  }

  private boolean knows(String version) {
    return firstOf.containsKey(version);
  }

  /** Stops sending, and waits for images in flight. */
  void finish() throws InterruptedException {
    sending = false;
    sender.join();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (lost() > 0 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    TimeUnit.MILLISECONDS.sleep(FOR_DOUBLES.toMillis());
    receiving = false;
    receiver.join();
  }

  int images() {
    return sent.size();
  }

  int lost() {
    return sent.size() - received.size();
  }

  int doubled() {
    return doubled.get();
  }

  /** Of the images received so far. */
  Latencies latencies(List<Window> windows) {
    List<Double> took = new ArrayList<>();
    sent.forEach(
        (image, at) -> {
          Long then = received.get(image);
          if (then != null && windows.stream().anyMatch(w -> w.from() <= at && at < w.to())) {
            took.add((then - at) / 1e6);
          }
        });
    if (took.isEmpty()) {
      throw new IllegalStateException("nothing was sent and received in " + windows);
    }
    took.sort(null);
    int n = took.size();
    int p99 = (n * 99 + 99) / 100 - 1; // nearest rank
    return new Latencies(n, took.get(n / 2), took.get(p99), took.get(n - 1));
  }

  private void send() {
    long start = System.nanoTime();
    for (int i = 0; sending; i++) {
      long due = start + i * BETWEEN_IMAGES_NS;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      sent.put(i, System.nanoTime());
      byte[] key = (run + i).getBytes(UTF_8);
      producer.send(new ProducerRecord<>(topics.images(), key, pictures.get(i % pictures.size())));
    }
    producer.flush();
  }

  private void receive() {
    while (receiving) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        long now = System.nanoTime();
        String id = new String(record.key(), UTF_8);
        if (!id.startsWith(run)) {
          continue; // an image sent with its label
        }
        if (received.putIfAbsent(Integer.parseInt(id.substring(run.length())), now) != null) {
          doubled.incrementAndGet();
        }
        firstOf.putIfAbsent(version(record.value()), Clock.systemUTC().instant());
      }
    }
  }

  private static String version(byte[] prediction) {
    try {
      return PredictionCodec.decode(prediction).modelVersion();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    sending = false;
    receiving = false;
    sender.join();
    receiver.join();
    producer.close();
    consumer.close();
  }
}
