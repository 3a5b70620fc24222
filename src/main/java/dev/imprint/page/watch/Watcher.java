package dev.imprint.page.watch;

import dev.imprint.web.api.EventStream;
import java.util.random.RandomGenerator;

/**
 * One browser that watches: what passes its filter, sampled if there is too much of it to look at.
 * Used by the feed's thread alone.
 */
final class Watcher {
  /** More pictures a second than this, nobody can follow. */
  static final int MOST_PER_SECOND = 20;

  private final WatchFilter filter;
  private final EventStream stream;
  private final Sample<WatchEvent> sample;
  private int passed;
  private int sent;

  /**
   * Events of the last second.
   *
   * @param passed the filter
   * @param sent of these; fewer if they are sampled
   */
  record Shown(int passed, int sent) {
    static final Shown NOTHING = new Shown(0, 0);
  }

  Watcher(WatchFilter filter, EventStream stream, RandomGenerator random) {
    this.filter = filter;
    this.stream = stream;
    this.sample = new Sample<>(MOST_PER_SECOND, random);
  }

  boolean isWatching() {
    return stream.isOpen();
  }

  /** Sends an event of the past at once, if it passes the filter. */
  void recall(WatchEvent event) {
    if (event.passes(filter)) {
      stream.send(event.encoded());
    }
  }

  void offer(WatchEvent event) {
    if (event.passes(filter)) {
      passed++;
      sample.offer(event);
    }
  }

  /**
   * @param seconds until the next one
   */
  void tick(double seconds) {
    for (WatchEvent event : sample.draw(seconds)) {
      sent += stream.send(event.encoded()) ? 1 : 0;
    }
  }

  void send(Figures figures) {
    stream.send("figures", figures.showing(new Shown(passed, sent)));
    passed = 0;
    sent = 0;
  }

  void send(RateHistory history) {
    stream.send("history", history);
  }

  void close() {
    stream.close();
  }
}
