package dev.imprint.demo;

import dev.imprint.terminal.Screen;
import java.time.Duration;

/**
 * Shows people no more than they can read. Used by one thread; times are nanoseconds of a single
 * clock.
 */
final class Throttle {
  private static final long LINE_EVERY = Duration.ofMillis(50).toNanos();
  private static final long STATUS_EVERY = Duration.ofSeconds(5).toNanos();
  private static final long LIVE_STATUS_EVERY = Duration.ofMillis(250).toNanos();

  private final Screen screen;
  private long lineDue;
  private long statusDue;

  Throttle(Screen screen, long now) {
    this.screen = screen;
    this.lineDue = now;
    this.statusDue = now + STATUS_EVERY;
  }

  /** Shows a line unless there are too many. */
  void line(String line, long now) {
    if (now >= lineDue) {
      lineDue = now + LINE_EVERY;
      screen.print(line);
    }
  }

  boolean statusDue(long now) {
    return now >= statusDue;
  }

  void status(String line, long now) {
    statusDue = now + (screen.keepsStatus() ? LIVE_STATUS_EVERY : STATUS_EVERY);
    screen.status(line);
  }
}
