package dev.imprint.model;

import java.time.Duration;

/** How long to wait after a failure: doubles from one to the next. Safe for several threads. */
public final class RetryPause {
  private final Duration first;
  private final Duration longest;
  private Duration next; // guarded by this

  public RetryPause(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** The pause that is due after one more failure. */
  public synchronized Duration failed() {
    Duration due = next;
    Duration doubled = due.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return due;
  }

  /** What failed works: the next pause is the first one again. */
  public synchronized void worked() {
    next = first;
  }
}
