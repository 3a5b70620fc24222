package dev.imprint.web.api;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out calls on a few threads of its own. A call holds none while it waits for Kafka ({@link
 * Answer.Later}); if too many are in progress, clients are told to try again. Thread-safe. The
 * creator closes it; clients that call after that are told that the service is stopping.
 */
final class CallsInProgress implements AutoCloseable {
  /** Half of the connections that the server allows. */
  static final int MOST = 128;

  private static final int THREADS = 6;

  /** After this time without calls, there are no threads. */
  private static final long IDLE_SECONDS = 30;

  private static final Logger LOG = LoggerFactory.getLogger(CallsInProgress.class);

  private final Semaphore room = new Semaphore(MOST);
  private final Responses responses;
  private final ExecutorService threads;

  /**
   * @param responses writes the answers
   */
  CallsInProgress(Responses responses) {
    this.responses = responses;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST),
            CallsInProgress::thread);
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "imprint-page");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * @param ended called once the call needs its body no more, which may be after its answer
   */
  void submit(RoutedCall routed, Call call, Reply reply, Runnable ended) {
    if (!room.tryAcquire()) {
      ended.run();
      send(
          ProblemException.unavailable("too many requests at once: try again in a second"),
          reply,
          false);
      return;
    }
    Runnable over =
        () -> {
          room.release();
          ended.run();
        };
    Answering answering = () -> routed.route().endpoint().answer(call);
    try {
      threads.execute(
          () -> {
            if (reply.isGiven()) { // it has waited for too long
              over.run();
            } else {
              carryOut(routed, reply, answering, over);
            }
          });
    } catch (RejectedExecutionException e) {
      over.run();
      LOG.debug("A call came while the interface was closed", e);
      send(ProblemException.unavailable("the service is stopping"), reply, false);
    }
  }

  private interface Answering {
    Answer answer() throws ProblemException;
  }

  private void carryOut(RoutedCall routed, Reply reply, Answering answering, Runnable ended) {
    boolean begun = false;
    boolean later = false;
    try {
      Answer answer = answering.answer();
      if (answer instanceof Answer.Later promise) {
        later = true;
        var unused =
            promise
                .answer()
                .whenComplete(
                    (value, failure) ->
                        carryOut(routed, reply, () -> outcome(value, failure), ended));
      } else {
        begun = reply.begin();
        if (begun) {
          responses.send(answer, routed, reply.response(), reply.callback());
        }
      }
    } catch (ProblemException e) {
      send(e, reply, begun);
    } catch (RuntimeException | Error e) {
      LOG.warn("{} {} failed", routed.route().method(), routed.route().path(), e);
      send(
          new ProblemException(
              HttpStatus.INTERNAL_SERVER_ERROR_500, "internal error; see the log: " + e),
          reply,
          begun);
      if (e instanceof Error error) {
        throw error;
      }
    } finally {
      if (!later) {
        ended.run();
      }
    }
  }

  private static Answer outcome(Answer value, @Nullable Throwable failure) throws ProblemException {
    if (failure == null) {
      return value;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof ProblemException problem) {
      throw problem;
    }
    throw new IllegalStateException(cause);
  }

  /**
   * @param begun whether this caller has begun the reply, of which nothing was sent
   */
  private static void send(ProblemException e, Reply reply, boolean begun) {
    if (begun || reply.begin()) {
      Responses.send(e, reply.response(), reply.callback());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
