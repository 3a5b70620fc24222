package dev.imprint.page.watch;

import dev.imprint.event.RejectedRecord;
import dev.imprint.web.api.EventStream;
import org.jspecify.annotations.Nullable;

/**
 * A prediction or a dead letter, encoded at most once for all browsers. Used by the feed's thread
 * alone.
 */
final class WatchEvent {
  private final Object shown;
  private byte @Nullable [] encoded;

  /**
   * @param shown a {@link dev.imprint.model.Prediction} or a {@link RejectedRecord}
   */
  WatchEvent(Object shown) {
    this.shown = shown;
  }

  boolean passes(WatchFilter filter) {
    return filter.passes(shown);
  }

  byte[] encoded() {
    byte[] its = encoded;
    if (its == null) {
      its =
          EventStream.encode(shown instanceof RejectedRecord ? "dead_letter" : "prediction", shown);
      encoded = its;
    }
    return its;
  }
}
