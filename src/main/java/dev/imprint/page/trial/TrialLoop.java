package dev.imprint.page.trial;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.page.feed.FeedLoop;
import dev.imprint.page.feed.NewestRecords;
import dev.imprint.page.watch.WatchedRecords;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The work of the feed's thread: reads predictions and dead letters from the time on at which the
 * first of the pictures was sent, so that no answer is missed, however fast it was. If Kafka fails,
 * the streams end, and browsers connect again. Used by that thread alone; only the queue is shared.
 */
final class TrialLoop implements FeedLoop {
  private static final Duration TICK = Duration.ofMillis(200);

  /** The next picture often comes soon. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** Predictions have the time of the instance that made them, whose clock may be behind. */
  private static final Duration CLOCKS = Duration.ofSeconds(10);

  private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(10);

  /** Reading everything since then again takes a while. */
  static final Duration LONGEST = Duration.ofHours(1);

  /** Nobody waits longer for a picture; after that, who still does asks again. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Clients clients;
  private final Topics topics;
  private final Queue<Trial> arriving;
  private final Clock clock;
  private final WatchedRecords records;
  private final List<Trial> trials = new ArrayList<>();
  private @Nullable NewestRecords open;
  private long lastTried = System.nanoTime();

  TrialLoop(Clients clients, Topics topics, Queue<Trial> arriving, Clock clock) {
    this.clients = clients;
    this.topics = topics;
    this.arriving = arriving;
    this.clock = clock;
    this.records = new WatchedRecords(topics);
  }

  @Override
  public boolean tick() {
    for (Trial trial = arriving.poll(); trial != null; trial = arriving.poll()) {
      trials.add(trial);
      opened().rewind(begin(trial));
    }
    opened().poll(TICK).forEach(this::take);
    Instant longAgo = clock.instant().minus(PATIENCE);
    trials.stream().filter(trial -> trial.asked().isBefore(longAgo)).forEach(Trial::giveUp);
    trials.removeIf(trial -> !trial.stream().isOpen());
    long now = System.nanoTime();
    if (!trials.isEmpty()) {
      lastTried = now;
    }
    return now - lastTried < IDLE.toNanos();
  }

  private Instant begin(Trial trial) {
    Instant earliest = clock.instant().minus(LONGEST);
    Instant wanted = trial.since().minus(CLOCKS);
    return wanted.isBefore(earliest) ? earliest : wanted;
  }

  private NewestRecords opened() {
    NewestRecords its = open;
    if (its == null) {
      its =
          NewestRecords.open(
              clients, Map.of(topics.predictions(), 1, topics.imagesDlq(), 1), KAFKA_PATIENCE);
      open = its;
    }
    return its;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Object event = trials.isEmpty() ? null : records.event(record);
    if (event != null) {
      trials.forEach(trial -> trial.offer(event));
    }
  }

  @Override
  public void close() {
    NewestRecords its = open;
    open = null;
    trials.forEach(trial -> trial.stream().close());
    if (its != null) {
      its.close();
    }
  }
}
