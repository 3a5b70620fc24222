package dev.imprint.page.feed;

import dev.imprint.model.LowPriority;
import org.jspecify.annotations.Nullable;

/**
 * A thread that exists only while there is work, at a low priority. Thread-safe; the creator must
 * close it, which interrupts the work.
 */
public final class OneThread implements AutoCloseable {
  private static final long CLOSING_MS = 10_000;

  private final String name;
  private @Nullable Thread thread; // guarded by this
  private boolean closed; // guarded by this

  public OneThread(String name) {
    this.name = name;
  }

  /**
   * Starts work, which must call {@link #ended}.
   *
   * @return false if there is work already, or this is closed
   */
  public synchronized boolean start(Runnable work) {
    if (thread != null || closed) {
      return false;
    }
    thread = LowPriority.thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return true;
  }

  public synchronized boolean isWorking() {
    return thread != null;
  }

  /** Called by the work, once: other work may start, though this may still have to clean up. */
  public synchronized void ended() {
    thread = null;
  }

  @Override
  public void close() {
    Thread its;
    synchronized (this) {
      closed = true;
      its = thread;
    }
    if (its != null) {
      its.interrupt();
      try {
        its.join(CLOSING_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
