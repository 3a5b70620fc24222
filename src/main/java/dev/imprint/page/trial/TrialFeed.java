package dev.imprint.page.trial;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.page.feed.Feed;
import dev.imprint.web.api.EventStream;
import java.time.Clock;
import java.time.Instant;

/** Tells browsers what became of the pictures that they sent. The creator must close it. */
public final class TrialFeed implements AutoCloseable {
  private final Feed<Trial> feed;
  private final Clock clock;

  public TrialFeed(Clients clients, Topics topics, Clock clock) {
    this.clock = clock;
    this.feed =
        new Feed<>(
            "imprint-trial",
            arriving -> new TrialLoop(clients, topics, arriving, clock),
            trial -> trial.stream().close());
  }

  /**
   * Sends the answer, or that there is none after {@link TrialLoop#PATIENCE}, and ends the stream.
   *
   * @param since when the picture was sent
   */
  void follow(Claim claim, Instant since, EventStream stream) {
    feed.add(new Trial(claim, since, clock.instant(), stream));
  }

  @Override
  public void close() {
    feed.close();
  }
}
