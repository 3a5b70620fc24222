package dev.imprint.page.feed;

import org.jspecify.annotations.Nullable;

/**
 * A thread that exists only while there is work. Thread-safe; the creator must close it, which
 * interrupts the work.
 */
public final class OneThread implements AutoCloseable {
  private static final long CLOSING_MS = 10_000;

  private final String name;
  private final int priority;
  private @Nullable Thread thread; // guarded by this
  private boolean closed; // guarded by this

  /**
   * @param priority as of {@link Thread#setPriority}
   */
  public OneThread(String name, int priority) {
    this.name = name;
    this.priority = priority;
  }

  /**
   * Starts work, which must call {@link #ended}.
   *
   * @return false if there is work already, or this is closed
   */
  @SuppressWarnings("ThreadPriorityCheck") // a hint; nothing relies on it
  public synchronized boolean start(Runnable work) {
    if (thread != null || closed) {
      return false;
    }
    thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.setPriority(priority);
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
