package dev.imprint.model;

import java.time.Duration;

/** The pause after a failure; doubles with each one. Thread-safe. */
public final class RetryPause {
  private final Duration first;
  private final Duration longest;
  private Duration next; // guarded by this

  public RetryPause(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** The pause after another failure. */
  public synchronized Duration failed() {
    Duration due = next;
    Duration doubled = due.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return due;
  }

  /** Resets the pause after a success. */
  public synchronized void worked() {
    next = first;
  }
}
