package dev.imprint.page.understand;

import dev.imprint.web.api.ProblemException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets one caller in. One more waits for a moment, such as for the picture that the same browser
 * has just left; others are sent away, so that threads remain for other routes. Thread-safe.
 */
final class OneAtATime {
  private static final long WAIT_MS = 2_000;
  private static final String BUSY = "other pictures are being looked up: try again";

  private final Semaphore places = new Semaphore(2);
  private final Semaphore inside = new Semaphore(1, true);

  /** Something to do, within a bounded time. */
  interface Work<T> {
    T run() throws ProblemException;
  }

  /**
   * @throws ProblemException if others are in for long, or waiting, or the work itself fails
   */
  <T> T run(Work<T> work) throws ProblemException {
    if (!places.tryAcquire()) {
      throw ProblemException.unavailable(BUSY);
    }
    try {
      if (!inside.tryAcquire(WAIT_MS, TimeUnit.MILLISECONDS)) {
        throw ProblemException.unavailable(BUSY);
      }
      try {
        return work.run();
      } finally {
        inside.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ProblemException.unavailable("the service is stopping");
    } finally {
      places.release();
    }
  }
}
