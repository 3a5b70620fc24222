package dev.imprint.page.watch;

import dev.imprint.event.Clients;
import dev.imprint.event.RejectedRecord;
import dev.imprint.event.Topics;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.RetryPause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of the feed's thread: reads the topics and serves the browsers, tick by tick. Used by
 * that thread alone, which closes it; only the queue of arriving browsers is shared.
 */
final class WatchLoop implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Browsers that load the page anew, or change the filter, come back within this time. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  private static final int MOST_RECENT = 240;

  private static final Logger LOG = LoggerFactory.getLogger(WatchLoop.class);

  private final Clients clients;
  private final Topics topics;
  private final Supplier<InstanceState> instance;
  private final Queue<Watcher> arriving;
  private final WatchedRecords records;
  private final RetryPause pauses = new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(30));
  private final List<Watcher> watchers = new ArrayList<>();
  private final LiveFigures figures = new LiveFigures();
  private final Deque<Object> predictions = new ArrayDeque<>();
  private final Deque<Object> deadLetters = new ArrayDeque<>();
  private @Nullable WatchedTopics open;
  private @Nullable String problem;
  private long retryAt = System.nanoTime();
  private long secondBegan = System.nanoTime();
  private long lastWatched = System.nanoTime();

  WatchLoop(
      Clients clients, Topics topics, Supplier<InstanceState> instance, Queue<Watcher> arriving) {
    this.clients = clients;
    this.topics = topics;
    this.instance = instance;
    this.arriving = arriving;
    this.records = new WatchedRecords(topics);
  }

  /** One tick; whether anybody still watches, or may come back. */
  boolean tick() {
    welcome();
    read(System.nanoTime() + TICK.toNanos());
    watchers.forEach(watcher -> watcher.tick(TICK.toNanos() / 1e9));
    long now = System.nanoTime();
    if (now - secondBegan >= SECOND.toNanos()) {
      second(Instant.now(), (now - secondBegan) / 1e9);
      secondBegan = now;
    }
    watchers.removeIf(watcher -> !watcher.isWatching());
    if (!watchers.isEmpty()) {
      lastWatched = now;
    }
    return now - lastWatched < IDLE.toNanos();
  }

  private void welcome() {
    for (Watcher watcher = arriving.poll(); watcher != null; watcher = arriving.poll()) {
      watcher.send(figures.history(Instant.now()));
      predictions.forEach(watcher::recall);
      deadLetters.forEach(watcher::recall);
      watchers.add(watcher);
    }
  }

  private void read(long until) {
    try {
      if (open == null && System.nanoTime() - retryAt >= 0) {
        open = WatchedTopics.open(clients, topics);
        figures.restart();
      }
      for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
        WatchedTopics its = open;
        if (its == null) {
          TimeUnit.NANOSECONDS.sleep(left);
          continue;
        }
        its.poll(Duration.ofNanos(left)).forEach(record -> take(record, its.isNew(record)));
        problem = its.isConnected() ? null : "no connection to Kafka";
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
    LOG.debug("Cannot read what is watched, and will try again in {}", pause, e);
    problem = "Kafka does not answer: " + e.getMessage();
    retryAt = System.nanoTime() + pause.toNanos();
    disconnect();
  }

  private void take(ConsumerRecord<byte[], byte[]> record, boolean isNew) {
    Object event = records.event(record);
    if (event instanceof Outcome outcome) {
      figures.judged(outcome);
    } else if (event instanceof Prediction prediction) {
      figures.predicted(prediction, isNew, Instant.now());
      show(prediction, isNew, predictions);
    } else if (event instanceof RejectedRecord deadLetter) {
      figures.deadLetter(isNew);
      show(deadLetter, isNew, deadLetters);
    }
  }

  private void show(Object event, boolean isNew, Deque<Object> recent) {
    recent.add(event);
    if (recent.size() > MOST_RECENT) {
      recent.remove();
    }
    for (Watcher watcher : watchers) {
      if (isNew) {
        watcher.offer(event);
      } else {
        watcher.recall(event);
      }
    }
  }

  private void second(Instant now, double seconds) {
    Figures next = figures.second(now, seconds, instance.get(), problem);
    watchers.forEach(watcher -> watcher.send(next));
  }

  private void disconnect() {
    WatchedTopics its = open;
    open = null;
    if (its != null) {
      its.close();
    }
  }

  @Override
  public void close() {
    disconnect();
    watchers.forEach(Watcher::close);
  }
}
