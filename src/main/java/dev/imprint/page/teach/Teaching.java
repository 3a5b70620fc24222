package dev.imprint.page.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.page.feed.NewestRecords;
import dev.imprint.web.api.ProblemException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pictures that people are asked to label. Reads the newest predictions and labels with a
 * consumer in no group, and only when somebody asks, so there is nothing to do in between.
 * Thread-safe; the creator must close it.
 */
public final class Teaching implements AutoCloseable {
  private static final int NEWEST_LABELS = 20_000;
  private static final Duration READING = Duration.ofMillis(600);
  private static final Duration POLL = Duration.ofMillis(150);

  /** After that, it begins with what is newest, rather than read what came meanwhile. */
  private static final Duration LONG_AGO = Duration.ofMinutes(2);

  private static final Duration RETRY = Duration.ofSeconds(3);

  private static final Logger LOG = LoggerFactory.getLogger(Teaching.class);

  private final Clients clients;
  private final Topics topics;
  private final Supplier<CurrentModel> models;
  private final Clock clock;
  private final TeachQueue queue; // guarded by this
  private @Nullable NewestRecords open; // guarded by this
  private long lastRead; // guarded by this
  private long retryAt; // guarded by this
  private boolean closed; // guarded by this

  /**
   * @param models lends the serving one
   * @param random draws the random share
   */
  public Teaching(
      Clients clients,
      Topics topics,
      Supplier<CurrentModel> models,
      RandomGenerator random,
      Clock clock) {
    this.clients = clients;
    this.topics = topics;
    this.models = models;
    this.clock = clock;
    this.queue = new TeachQueue(new AskingRule(random));
    this.retryAt = System.nanoTime();
    this.lastRead = retryAt;
  }

  /**
   * Pictures that are asked of this session alone.
   *
   * @param afresh whether the session has forgotten those that it was asked before
   */
  synchronized NextPictures next(String session, int count, boolean afresh)
      throws ProblemException {
    read();
    if (afresh) {
      queue.release(session);
    }
    try (CurrentModel model = models.get()) {
      List<TeachPicture> pictures =
          queue.next(session, count, clock.instant(), model).stream()
              .map(TeachPicture::of)
              .toList();
      TreeSet<String> labels = new TreeSet<>(queue.counts().byLabel().keySet());
      labels.addAll(model.labels());
      NewestRecords its = open;
      return new NextPictures(pictures, List.copyOf(labels), its != null && its.isConnected());
    }
  }

  synchronized void settle(List<Claim> claims) {
    claims.forEach(queue::settle);
  }

  synchronized void reopen(Claim claim) {
    queue.reopen(claim);
  }

  private void read() throws ProblemException {
    if (closed) {
      throw ProblemException.unavailable("the service is stopping");
    }
    long now = System.nanoTime();
    if (now - retryAt < 0) {
      return;
    }
    try {
      NewestRecords its = opened(now);
      ConsumerRecords<byte[], byte[]> records = its.poll(READING);
      while (!records.isEmpty() && System.nanoTime() - now < READING.toNanos()) {
        records.forEach(this::take);
        records = its.poll(POLL);
      }
      records.forEach(this::take);
      lastRead = System.nanoTime();
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
      throw ProblemException.unavailable("the service is stopping");
    } catch (KafkaException e) {
      LOG.debug("Cannot read what is to be labelled", e);
      retryAt = System.nanoTime() + RETRY.toNanos();
      disconnect();
    }
  }

  private NewestRecords opened(long now) {
    NewestRecords its = open;
    if (its != null && now - lastRead < LONG_AGO.toNanos()) {
      return its;
    }
    disconnect();
    its =
        NewestRecords.open(
            clients,
            Map.of(
                topics.predictions(), TeachQueue.MOST_CANDIDATES, topics.labels(), NEWEST_LABELS));
    open = its;
    return its;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    try {
      if (record.topic().equals(topics.predictions())) {
        if (value != null) {
          queue.predicted(PredictionCodec.decode(value));
        }
      } else if (value != null) {
        queue.labelled(Json.decode(value, Label.class));
      } else if (record.key() != null) {
        queue.counts().removed(new String(record.key(), UTF_8));
      }
    } catch (IOException | IllegalArgumentException e) {
      // Learning reports it, once.
      LOG.debug("Skipping {}-{}@{}", record.topic(), record.partition(), record.offset(), e);
    }
  }

  private void disconnect() {
    NewestRecords its = open;
    open = null;
    if (its != null) {
      its.close();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    disconnect();
  }
}
