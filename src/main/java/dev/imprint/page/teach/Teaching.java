package dev.imprint.page.teach;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.page.feed.NewestRecords;
import dev.imprint.web.api.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pictures that people are asked to label. Reads the newest predictions, labels and feedback
 * with a consumer in no group, and only when somebody asks, so there is nothing to do in between.
 * Thread-safe; the creator must close it.
 */
public final class Teaching implements AutoCloseable {
  private static final Duration READING = Duration.ofMillis(600);
  private static final Duration POLL = Duration.ofMillis(150);

  /** After that, it begins with what is newest, rather than read what came meanwhile. */
  private static final Duration LONG_AGO = Duration.ofMinutes(2);

  private static final Duration RETRY = Duration.ofSeconds(3);

  private static final Logger LOG = LoggerFactory.getLogger(Teaching.class);

  private final Clients clients;
  private final Supplier<CurrentModel> models;
  private final Clock clock;
  private final TeachQueue queue; // guarded by this
  private final QueueRecords records; // guarded by this
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
    this.models = models;
    this.clock = clock;
    this.queue = new TeachQueue(new AskingRule(random));
    this.records = new QueueRecords(topics, queue);
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
    read(READING);
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

  /**
   * Pictures that look like one that the session is asked, leased to it.
   *
   * @param count at most so many
   */
  synchronized SimilarPictures similar(Claim claim, String session, int count)
      throws ProblemException {
    read(POLL);
    try (CurrentModel model = models.get()) {
      List<SimilarPictures.Similar> pictures =
          queue.similar(claim, session, count, clock.instant(), model).stream()
              .map(SimilarPictures.Similar::of)
              .toList();
      return new SimilarPictures(pictures, model.embeddings().containsKey(claim));
    }
  }

  synchronized void giveBack(ReturnedPictures pictures) {
    queue.release(pictures.session(), pictures.claims());
  }

  synchronized void settle(Claim claim) {
    queue.settle(claim);
  }

  synchronized void reopen(Claim claim) {
    queue.reopen(claim, clock.instant());
  }

  synchronized void skip(SkippedPictures pictures) {
    pictures.claims().forEach(queue::skip);
  }

  synchronized void unskip(SkippedPictures pictures) {
    pictures.claims().forEach(claim -> queue.unskip(claim, clock.instant()));
  }

  /**
   * @param patience if nothing is there
   */
  private void read(Duration patience) throws ProblemException {
    if (closed) {
      throw ProblemException.unavailable("the service is stopping");
    }
    long now = System.nanoTime();
    if (now - retryAt < 0) {
      return;
    }
    try {
      NewestRecords its = opened(now);
      ConsumerRecords<byte[], byte[]> some = its.poll(patience);
      while (!some.isEmpty() && System.nanoTime() - now < READING.toNanos()) {
        take(some);
        some = its.poll(POLL);
      }
      take(some);
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

  private void take(ConsumerRecords<byte[], byte[]> some) {
    Instant now = clock.instant();
    some.forEach(record -> records.take(record, now));
  }

  private NewestRecords opened(long now) {
    NewestRecords its = open;
    if (its != null && now - lastRead < LONG_AGO.toNanos()) {
      return its;
    }
    disconnect();
    its = NewestRecords.open(clients, records.newest());
    open = its;
    return its;
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
