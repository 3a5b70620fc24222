package dev.imprint.web.access;

import dev.imprint.model.Recent;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * Limits how often something may be tried for each key: some attempts at once, and then one more
 * after each pause. Forgets the keys that were used longest ago, so its size is bounded.
 * Thread-safe.
 */
final class AttemptLimit {
  static final int MOST_KEYS = 10_000;

  private final int most;
  private final Duration pause;
  private final Clock clock;

  /** When all attempts of a key are there again, by key. Guarded by this. */
  private final Map<String, Long> fullAt = Recent.used(MOST_KEYS);

  AttemptLimit(int most, Duration pause, Clock clock) {
    this.most = most;
    this.pause = pause;
    this.clock = clock;
  }

  /** Takes an attempt: zero if there was one, otherwise the time until there is. */
  synchronized Duration take(String key) {
    long now = clock.millis();
    long full = Math.max(now, fullAt.getOrDefault(key, now)) + pause.toMillis();
    long wait = full - now - most * pause.toMillis();
    if (wait > 0) {
      return Duration.ofMillis(wait);
    }
    fullAt.put(key, full);
    return Duration.ZERO;
  }

  /** Gives all attempts of a key back. */
  synchronized void reset(String key) {
    fullAt.remove(key);
  }
}
