package dev.imprint.terminal;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows the progress of a long command: on a terminal as one status line, elsewhere as a line every
 * few seconds. Thread-safe; the caller must close it.
 */
public final class Progress implements AutoCloseable {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LIVE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final String what;
  private final long total;
  private final Screen screen;
  private final LongSupplier nanoTime;
  private final long start;
  private long said;
  private long done;

  /**
   * @param screen closed with this object
   */
  Progress(String what, long total, Screen screen, LongSupplier nanoTime) {
    this.what = what;
    this.total = total;
    this.screen = screen;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.said = start;
  }

  /**
   * @param what the activity, such as "Sending"
   */
  public static Progress open(String what, long total, PrintWriter err) {
    return new Progress(what, total, Screen.open(err), System::nanoTime);
  }

  public synchronized void step() {
    done++;
    long now = nanoTime.getAsLong();
    if (now - said >= (screen.keepsStatus() ? LIVE_EVERY_NANOS : EVERY_NANOS)) {
      said = now;
      screen.status(
          "%s: %,d of %,d images (%d %%), %.0f/s"
              .formatted(what, done, total, 100 * done / total, done * 1e9 / (now - start)));
    }
  }

  /** Prints a line other than progress. */
  public synchronized void print(String line) {
    screen.print(line);
  }

  @Override
  public synchronized void close() {
    screen.close();
  }
}
