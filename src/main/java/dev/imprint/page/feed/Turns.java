package dev.imprint.page.feed;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.imprint.model.LowPriority;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.ProblemException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls that are carried out one after the other, in the order in which they come, by a thread that
 * exists only while there are some, at a low priority. So whoever waits, be it for Kafka or for
 * those before, holds none of the threads that all calls share. Thread-safe; the creator must close
 * it.
 */
public final class Turns implements AutoCloseable {
  /** As many as the interface lets wait. */
  static final int MOST_WAITING = 128;

  private static final long IDLE_SECONDS = 30;
  private static final Duration CLOSING = Duration.ofSeconds(10);
  private static final String STOPPING = "the service is stopping";

  private final ThreadPoolExecutor thread;
  private final Duration patience;
  private final String busy;

  /** What is done in a turn; may wait, for a few seconds. */
  @FunctionalInterface
  public interface Work {
    /**
     * @throws ProblemException as an endpoint's
     */
    Answer run() throws ProblemException;
  }

  /**
   * @param name of the thread
   * @param patience to wait for a turn
   * @param busy said if that takes longer, or too many wait
   */
  public Turns(String name, Duration patience, String busy) {
    this.patience = patience;
    this.busy = busy;
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            work -> thread(work, name));
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work, String name) {
    Thread thread = LowPriority.thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** The answer of this work, in its turn. */
  public Answer.Later take(Work work) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    CompletableFuture<Boolean> turn = new CompletableFuture<>();
    var unused =
        turn.completeOnTimeout(false, patience.toMillis(), MILLISECONDS)
            .thenAccept(came -> refuseUnless(came, answer));
    try {
      thread.execute(() -> carryOut(work, turn, answer));
    } catch (RejectedExecutionException e) {
      turn.complete(false);
    }
    return new Answer.Later(answer);
  }

  private void refuseUnless(boolean came, CompletableFuture<Answer> answer) {
    if (!came || thread.isShutdown()) {
      answer.completeExceptionally(
          ProblemException.unavailable(thread.isShutdown() ? STOPPING : busy));
    }
  }

  private static void carryOut(
      Work work, CompletableFuture<Boolean> turn, CompletableFuture<Answer> answer) {
    if (!turn.complete(true) || answer.isDone()) { // it has waited for too long, or we stop
      return;
    }
    try {
      answer.complete(work.run());
    } catch (ProblemException | RuntimeException e) {
      answer.completeExceptionally(e);
    } catch (Error e) {
      answer.completeExceptionally(e);
      throw e;
    }
  }

  /** Interrupts the one whose turn it is, and waits for it; refuses the others. */
  @Override
  public void close() {
    thread.shutdownNow().forEach(Runnable::run);
    try {
      var unused = thread.awaitTermination(CLOSING.toMillis(), MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
