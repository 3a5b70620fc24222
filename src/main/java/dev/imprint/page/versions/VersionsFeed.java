package dev.imprint.page.versions;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.page.feed.Feed;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.rollout.Models;
import dev.imprint.web.api.EventStream;
import java.util.function.Supplier;

/** Tells browsers how commands go on, and which version serves. The creator must close it. */
public final class VersionsFeed implements AutoCloseable {
  private final Feed<EventStream> feed;

  /**
   * @param instance what the service itself knows at the moment
   * @param models what its follower has read
   */
  public VersionsFeed(
      Clients clients, Topics topics, Supplier<InstanceState> instance, Supplier<Models> models) {
    this.feed =
        new Feed<>(
            "imprint-versions",
            arriving -> new VersionsLoop(clients, topics, instance, models, arriving),
            EventStream::close);
  }

  /** Sends the newest commands and the state, and then each change, until the stream ends. */
  void follow(EventStream stream) {
    feed.add(stream);
  }

  @Override
  public void close() {
    feed.close();
  }
}
