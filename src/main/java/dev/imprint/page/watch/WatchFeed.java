package dev.imprint.page.watch;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.page.feed.Feed;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.web.api.EventStream;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Feeds the browsers that watch. The creator must close it. */
public final class WatchFeed implements AutoCloseable {
  private final Feed<Watcher> feed;
  private final RandomGenerator random;

  /**
   * @param instance what the service itself knows at the moment
   * @param random draws the sample
   */
  public WatchFeed(
      Clients clients, Topics topics, Supplier<InstanceState> instance, RandomGenerator random) {
    this.random = random;
    this.feed =
        new Feed<>(
            "imprint-watch",
            arriving -> new WatchLoop(clients, topics, instance, arriving),
            Watcher::close);
  }

  /** Sends what is new, and before that the newest of what was there, until the stream ends. */
  void watch(WatchFilter filter, EventStream stream) {
    feed.add(new Watcher(filter, stream, random));
  }

  @Override
  public void close() {
    feed.close();
  }
}
