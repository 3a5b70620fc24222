package dev.imprint.page.watch;

import dev.imprint.event.Clients;
import dev.imprint.event.RejectedRecord;
import dev.imprint.event.Topics;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.page.feed.FeedLoop;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.page.feed.LiveAnswers;
import dev.imprint.page.feed.LiveTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The work of the feed's thread: reads the topics and serves the browsers, tick by tick. Used by
 * that thread alone, which closes it; only the queue of arriving browsers is shared.
 */
final class WatchLoop implements FeedLoop {
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Browsers that load the page anew, or change the filter, come back within this time. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  private static final int MOST_RECENT = 240;

  /** Newest offsets of a topic that are read first; markers of transactions count, too. */
  private static final int NEWEST_PREDICTIONS = 240;

  /** Each may hold a large picture. */
  private static final int NEWEST_DEAD_LETTERS = 30;

  private final Supplier<InstanceState> instance;
  private final Queue<Watcher> arriving;
  private final WatchedRecords records;
  private final LiveTopics live;
  private final List<Watcher> watchers = new ArrayList<>();
  private final LiveFigures figures = new LiveFigures();
  private final Deque<WatchEvent> predictions = new ArrayDeque<>();
  private final Deque<WatchEvent> deadLetters = new ArrayDeque<>();
  private long secondBegan = System.nanoTime();
  private long lastWatched = System.nanoTime();

  WatchLoop(
      Clients clients, Topics topics, Supplier<InstanceState> instance, Queue<Watcher> arriving) {
    this.live =
        new LiveTopics(
            clients,
            Map.of(
                topics.predictions(), NEWEST_PREDICTIONS,
                topics.imagesDlq(), NEWEST_DEAD_LETTERS,
                topics.feedbackDlq(), NEWEST_DEAD_LETTERS,
                topics.outcomes(), LiveAnswers.MOST),
            this::restart);
    this.instance = instance;
    this.arriving = arriving;
    this.records = new WatchedRecords(topics);
  }

  @Override
  public boolean tick() {
    welcome();
    live.read(TICK, this::take);
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

  /** All is read again. */
  private void restart() {
    figures.restart();
    predictions.clear();
    deadLetters.clear();
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

  private void show(Object shown, boolean isNew, Deque<WatchEvent> recent) {
    WatchEvent event = new WatchEvent(shown);
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
    Figures next = figures.second(now, seconds, instance.get(), live.problem());
    watchers.forEach(watcher -> watcher.send(next));
  }

  @Override
  public void close() {
    live.close();
    watchers.forEach(Watcher::close);
  }
}
