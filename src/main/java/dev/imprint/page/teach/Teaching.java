package dev.imprint.page.teach;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.page.feed.NewestRecords;
import dev.imprint.page.feed.Turns;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
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
 * Those who ask take turns; neither Kafka nor the choice holds up labels, which settle pictures.
 * Thread-safe; the creator must close it.
 */
public final class Teaching implements AutoCloseable {
  private static final Duration READING = Duration.ofMillis(600);
  private static final Duration POLL = Duration.ofMillis(150);

  /** For what was there before, which may settle what is to be asked. */
  private static final Duration CATCHING_UP = Duration.ofSeconds(3);

  /** Who has waited for somebody else's reading need not read again. */
  private static final Duration FRESH = Duration.ofMillis(500);

  /** After that, it begins with what is newest, rather than read what came meanwhile. */
  private static final Duration LONG_AGO = Duration.ofMinutes(2);

  private static final Duration RETRY = Duration.ofSeconds(3);

  /** For each question to Kafka while somebody waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** For those before to be answered. */
  private static final Duration TURN = Duration.ofSeconds(6);

  private static final String BUSY =
      "too many requests for pictures at once: try again in a second";

  private static final Logger LOG = LoggerFactory.getLogger(Teaching.class);

  private final String name = UUID.randomUUID().toString();
  private final Clients clients;
  private final Supplier<CurrentModel> models;
  private final Clock clock;
  private final TeachQueue queue; // guarded by itself
  private final QueueRecords records; // guarded by the queue
  private final Margins margins = new Margins(); // used in turn
  private final Turns turns = new Turns("imprint-teach", TURN, BUSY);
  private @Nullable NewestRecords open; // used in turn
  private long lastRead; // used in turn
  private long retryAt; // used in turn

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
   * Answers with the {@link NextPictures} that are asked of this session alone.
   *
   * @param afresh whether the session has forgotten those that it was asked before
   */
  Answer next(String session, int count, boolean afresh) {
    return turns.take(
        () -> {
          read(count == 0 ? POLL : READING);
          return Answer.ok(chosen(session, count, afresh));
        });
  }

  private NextPictures chosen(String session, int count, boolean afresh) {
    try (CurrentModel model = models.get()) {
      AskingRule.Weighing weighing;
      synchronized (queue) {
        if (afresh) {
          queue.release(session);
        }
        if (count == 0 || isBehind()) {
          queue.renew(session, clock.instant());
          return answer(List.of(), model);
        }
        weighing = queue.weighing(session, clock.instant(), model);
      }
      Representatives representatives =
          weighing.representatives(model, margins); // tenths of a second
      synchronized (queue) {
        List<TeachPicture> pictures =
            queue.next(session, count, clock.instant(), model, representatives).stream()
                .map(TeachPicture::of)
                .toList();
        return answer(pictures, model);
      }
    }
  }

  private NextPictures answer(List<TeachPicture> pictures, CurrentModel model) {
    TreeSet<String> labels = new TreeSet<>(queue.counts().byLabel().keySet());
    labels.addAll(model.labels());
    NewestRecords its = open;
    boolean connected = its != null && its.isConnected();
    return new NextPictures(pictures, List.copyOf(labels), connected, name);
  }

  /**
   * Answers with {@link SimilarPictures}, which look like one that the session is asked, leased to
   * it.
   *
   * @param count at most so many
   */
  Answer similar(Claim claim, String session, int count) {
    return turns.take(
        () -> {
          read(POLL);
          return Answer.ok(alike(claim, session, count));
        });
  }

  private SimilarPictures alike(Claim claim, String session, int most) {
    int count = isBehind() ? 0 : most;
    try (CurrentModel model = models.get()) {
      synchronized (queue) {
        List<SimilarPictures.Similar> pictures =
            queue.similar(claim, session, count, clock.instant(), model).stream()
                .map(SimilarPictures.Similar::of)
                .toList();
        return new SimilarPictures(pictures, model.embeddings().containsKey(claim));
      }
    }
  }

  void giveBack(ReturnedPictures pictures) {
    synchronized (queue) {
      queue.release(pictures.session(), pictures.claims());
    }
  }

  void settle(Claim claim) {
    synchronized (queue) {
      queue.settle(claim);
    }
  }

  void reopen(Claim claim) {
    synchronized (queue) {
      queue.reopen(claim, clock.instant());
    }
  }

  void skip(SkippedPictures pictures) {
    synchronized (queue) {
      pictures.claims().forEach(queue::skip);
    }
  }

  void unskip(SkippedPictures pictures) {
    synchronized (queue) {
      pictures.claims().forEach(claim -> queue.unskip(claim, clock.instant()));
    }
  }

  /**
   * @param patience if nothing is there
   */
  private void read(Duration patience) throws ProblemException {
    long now = System.nanoTime();
    boolean fresh = open != null && !isBehind() && now - lastRead < FRESH.toNanos();
    if (fresh || now - retryAt < 0) {
      return;
    }
    try {
      NewestRecords its = opened(now);
      ConsumerRecords<byte[], byte[]> some = its.poll(patience);
      take(some);
      while (!some.isEmpty() && isWithin(READING, now)
          || !its.isCaughtUp() && isWithin(CATCHING_UP, now)) {
        some = its.poll(POLL);
        take(some);
      }
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

  private static boolean isWithin(Duration time, long start) {
    return System.nanoTime() - start < time.toNanos();
  }

  /** Nothing is asked until all that was there before has been read, as some of it is settled. */
  private boolean isBehind() {
    NewestRecords its = open;
    return its != null && !its.isCaughtUp();
  }

  private void take(ConsumerRecords<byte[], byte[]> some) {
    Instant now = clock.instant();
    synchronized (queue) {
      some.forEach(record -> records.take(record, now));
    }
  }

  private NewestRecords opened(long now) {
    NewestRecords its = open;
    if (its != null && now - lastRead < LONG_AGO.toNanos()) {
      return its;
    }
    disconnect();
    its = NewestRecords.open(clients, records.newest(), PATIENCE);
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
  public void close() {
    turns.close();
    disconnect();
  }
}
