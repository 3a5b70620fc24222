package dev.imprint.page.feed;

import dev.imprint.event.Clients;
import dev.imprint.model.RetryPause;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics from their newest records on. If Kafka does not answer, it connects again after a
 * pause, and begins with the newest ones again. Not thread-safe; the creator must close it.
 */
public final class LiveTopics implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(LiveTopics.class);

  private final Clients clients;
  private final Map<String, Integer> newest;
  private final Runnable onOpen;
  private final RetryPause pauses = new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(5));
  private @Nullable NewestRecords open;
  private @Nullable String problem;
  private long retryAt = System.nanoTime();

  /** Takes a record; new is one that was written after reading began. */
  public interface Taker {
    void take(ConsumerRecord<byte[], byte[]> record, boolean isNew);
  }

  /**
   * @param newest offsets of a topic that are read first, by topic; markers of transactions count,
   *     too
   * @param onOpen called before records are read from the newest on, the first time and again
   */
  public LiveTopics(Clients clients, Map<String, Integer> newest, Runnable onOpen) {
    this.clients = clients;
    this.newest = Map.copyOf(newest);
    this.onOpen = onOpen;
  }

  /** Reads for this long; an interruption ends it. */
  public void read(Duration time, Taker taker) {
    long until = System.nanoTime() + time.toNanos();
    try {
      if (open == null && System.nanoTime() - retryAt >= 0) {
        open = NewestRecords.open(clients, newest, PATIENCE);
        onOpen.run();
      }
      for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
        NewestRecords its = open;
        if (its == null) {
          TimeUnit.NANOSECONDS.sleep(left);
          continue;
        }
        its.poll(Duration.ofNanos(left)).forEach(record -> taker.take(record, its.isNew(record)));
        problem = its.isConnected() ? null : "Kafka does not answer";
        pauses.worked();
      }
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException e) {
      failed(e);
    }
  }

  private void failed(KafkaException e) {
    Duration pause = pauses.failed();
    LOG.debug("Cannot read {}, and will try again in {}", newest.keySet(), pause, e);
    problem = "Kafka does not answer: " + e.getMessage();
    retryAt = System.nanoTime() + pause.toNanos();
    close();
  }

  /** Why there may be newer records; null if there are none. */
  public @Nullable String problem() {
    return problem;
  }

  @Override
  public void close() {
    NewestRecords its = open;
    open = null;
    if (its != null) {
      its.close();
    }
  }
}
