package dev.imprint.leader;

import dev.imprint.model.RetryPause;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.PrecisionChoice;
import dev.imprint.rollout.Publisher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the trial of a precision in a thread of its own once it is due, and publishes the choice. A
 * failure only means that it is tried again later. All methods are for the leader's thread, and
 * only {@link #close()} blocks.
 */
final class PrecisionRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PrecisionRun.class);
  private static final long CANCEL_MILLIS = TimeUnit.SECONDS.toMillis(20);

  private PrecisionTrial trial = PrecisionTrial.NONE;
  private final Clock clock;
  private final ThreadFactory threads;
  private final RetryPause pauses = new RetryPause(Duration.ofMinutes(1), Duration.ofHours(1));
  private Instant notBefore = Instant.MIN;
  private @Nullable FutureTask<@Nullable PrecisionChoice> task;
  private @Nullable Thread thread;

  /** Nothing is tried until {@link #by} is called. */
  PrecisionRun(Clock clock, ThreadFactory threads) {
    this.clock = clock;
    this.threads = threads;
  }

  void by(PrecisionTrial next) {
    trial = next;
  }

  /** Starts a trial that is due, or publishes the result of one that has ended. */
  void step(Publisher publisher) {
    FutureTask<@Nullable PrecisionChoice> current = task;
    if (current == null) {
      Models models = publisher.models();
      if (!clock.instant().isBefore(notBefore) && trial.isDue(models)) {
        task = new FutureTask<>(() -> trial.run(models));
        thread = threads.newThread(task);
        thread.start();
      }
    } else if (current.isDone()) {
      task = null;
      conclude(current, publisher);
    }
  }

  private void conclude(FutureTask<@Nullable PrecisionChoice> ended, Publisher publisher) {
    PrecisionChoice choice = null;
    try {
      choice = ended.get();
    } catch (ExecutionException e) {
      LOG.warn("Cannot tell yet whether to serve in bf16; serving in fp32", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    if (choice == null) {
      notBefore = clock.instant().plus(pauses.failed());
    } else {
      publisher.choose(choice);
    }
  }

  @Override
  public void close() {
    Thread running = thread;
    FutureTask<?> current = task;
    if (running == null || current == null) {
      return;
    }
    current.cancel(true);
    try {
      running.join(CANCEL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
