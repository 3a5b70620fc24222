package dev.imprint.demo;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * Where the demo's lines go. On a terminal the status stands below the lines that scroll; elsewhere
 * it is a line every few seconds. Used by one thread; times are nanoseconds of one clock.
 */
final class Display {
  /** More than people can read only hides the rest. */
  private static final long LINE_EVERY = Duration.ofMillis(50).toNanos();

  private static final long STATUS_EVERY = Duration.ofSeconds(5).toNanos();
  private static final long LIVE_STATUS_EVERY = Duration.ofMillis(250).toNanos();

  /** To the line's start, and delete what is on it (ECMA-48 EL). */
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean live;
  private String status = "";
  private long lineDue;
  private long statusDue;

  /**
   * @param live whether it is a terminal that understands escape sequences
   */
  Display(PrintWriter out, boolean live, long now) {
    this.out = out;
    this.live = live;
    this.lineDue = now;
    this.statusDue = now + STATUS_EVERY;
  }

  /** Shows a line unless too many come. */
  void line(String line, long now) {
    if (now >= lineDue) {
      lineDue = now + LINE_EVERY;
      print(line);
    }
  }

  /** Shows a line in any case. */
  void print(String line) {
    out.println((live ? CLEAR : "") + line);
    if (live) {
      out.print(status);
    }
    out.flush();
  }

  boolean statusDue(long now) {
    return now >= statusDue;
  }

  void status(String line, long now) {
    statusDue = now + (live ? LIVE_STATUS_EVERY : STATUS_EVERY);
    status = line;
    if (live) {
      out.print(CLEAR + line);
      out.flush();
    } else {
      print(line);
    }
  }

  /** Takes the status away, for what is printed last. */
  void end() {
    if (live) {
      out.print(CLEAR);
    }
    status = "";
    out.flush();
  }
}
