package dev.imprint.rollout;

import dev.imprint.training.Candidate;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A training under way, in a thread of its own; everything here is for the leader's thread, and
 * none of it waits but {@link #cancel()}.
 */
final class TrainingRun {
  private static final long CANCEL_MILLIS = TimeUnit.SECONDS.toMillis(20);

  private final @Nullable PendingCommand pending;
  private final @Nullable String parent;
  private final Instant startedAt;
  private final Queue<String> progress = new ConcurrentLinkedQueue<>();
  private final FutureTask<Candidate> task;
  private final Thread thread;

  /**
   * @param parent name of the version that serves; null if none does
   * @param asked the command that asked for it; null for the trigger
   */
  TrainingRun(
      Retraining retraining,
      @Nullable String parent,
      @Nullable PendingCommand pending,
      Instant startedAt,
      ThreadFactory threads) {
    this.pending = pending;
    this.parent = parent;
    this.startedAt = startedAt;
    boolean force = pending != null && pending.command().force();
    this.task = new FutureTask<>(() -> retraining.train(parent, force, progress::add));
    this.thread = threads.newThread(task);
    thread.start();
  }

  @Nullable PendingCommand pending() {
    return pending;
  }

  @Nullable String parent() {
    return parent;
  }

  Instant startedAt() {
    return startedAt;
  }

  /** The next line for people; null if there is none now. */
  @Nullable String progress() {
    return progress.poll();
  }

  boolean isDone() {
    return task.isDone();
  }

  /**
   * What came of it; only when it is done.
   *
   * @throws ExecutionException with what it failed of
   */
  Candidate result() throws ExecutionException, InterruptedException {
    return task.get();
  }

  /** Ends it, and waits a little for that. */
  void cancel() {
    task.cancel(true);
    try {
      thread.join(CANCEL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
