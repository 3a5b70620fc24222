package dev.imprint.page.feed;

import dev.imprint.web.api.ProblemException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Work that one call does at a time. The others wait for their turn, but not for long, because they
 * hold threads that all calls share. Thread-safe.
 */
public final class Turns {
  private final ReentrantLock lock = new ReentrantLock();

  /** What is done in a turn. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws ProblemException;
  }

  /**
   * @param patience to wait for the turn
   * @param busy said if that takes longer
   * @throws ProblemException if it takes longer, or from the work
   */
  public <T> T take(Duration patience, String busy, Work<T> work) throws ProblemException {
    try {
      if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw ProblemException.unavailable(busy);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ProblemException.unavailable("the service is stopping");
    }
    try {
      return work.run();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for as long as it takes. */
  public void await(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }
}
