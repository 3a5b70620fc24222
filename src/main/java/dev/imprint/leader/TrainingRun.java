package dev.imprint.leader;

import dev.imprint.model.Command;
import dev.imprint.model.ModelVersion.TrainingStart;
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
 * A running training, in a separate thread; all methods are for the leader's thread, and only
 * {@link #cancel()} blocks.
 */
final class TrainingRun {
  private static final long CANCEL_MILLIS = TimeUnit.SECONDS.toMillis(20);

  private final TrainingStart start;
  private final @Nullable PendingCommand pending;
  private final @Nullable String parent;
  private final Instant startedAt;
  private final boolean fineTuning;
  private final Queue<String> progress = new ConcurrentLinkedQueue<>();
  private final FutureTask<Candidate> task;
  private final Thread thread;

  /**
   * @param parent name of the serving version; null if there is none
   * @param pending the command that requested it; null if the trigger did
   */
  TrainingRun(
      Retraining retraining,
      TrainingStart start,
      @Nullable String parent,
      @Nullable PendingCommand pending,
      Instant startedAt,
      ThreadFactory threads) {
    this.start = start;
    this.pending = pending;
    this.parent = parent;
    this.startedAt = startedAt;
    Command command = pending == null ? null : pending.command();
    boolean force = command != null && command.force();
    this.fineTuning =
        start == TrainingStart.STALLED_HEADS
            || command != null && command.kind() == Command.Kind.FINE_TUNE;
    this.task =
        new FutureTask<>(
            fineTuning
                ? () -> retraining.fineTune(parent, progress::add)
                : () -> retraining.train(parent, force, progress::add));
    this.thread = threads.newThread(task);
    thread.start();
  }

  TrainingStart start() {
    return start;
  }

  /** Whether it trains the network, too. */
  boolean isFineTuning() {
    return fineTuning;
  }

  @Nullable PendingCommand pending() {
    return pending;
  }

  /** The command, or the training itself. */
  Reported reported() {
    return pending == null ? OwnTraining.begun(start, startedAt) : pending;
  }

  @Nullable String parent() {
    return parent;
  }

  Instant startedAt() {
    return startedAt;
  }

  /** The next line to display; null if there is none now. */
  @Nullable String progress() {
    return progress.poll();
  }

  boolean isDone() {
    return task.isDone();
  }

  /**
   * The result; only once it is done.
   *
   * @throws ExecutionException with the cause of its failure
   */
  Candidate result() throws ExecutionException, InterruptedException {
    return task.get();
  }

  /** Stops it, and waits briefly for its end. */
  void cancel() {
    task.cancel(true);
    try {
      thread.join(CANCEL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
