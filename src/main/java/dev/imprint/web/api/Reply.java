package dev.imprint.web.api;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The one answer to a call: that of its endpoint, or that it takes too long. Without it, a call
 * that waits for Kafka would only see its connection closed ({@link dev.imprint.web.SlowClients}).
 * Thread-safe.
 */
final class Reply {
  /** Less than a request may take. */
  static final Duration PATIENCE = Duration.ofMillis(8_500);

  /** For a call whose body has taken most of the time. */
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Response response;
  private final Callback callback;
  private final AtomicBoolean given = new AtomicBoolean();
  private final Scheduler.Task late;

  /**
   * @param patience from the request's beginning on
   */
  Reply(Response response, Callback callback, Scheduler scheduler, Duration patience) {
    this.response = response;
    this.callback = callback;
    long begun = response.getRequest().getBeginNanoTime();
    long left = patience.toNanos() - (System.nanoTime() - begun);
    this.late = scheduler.schedule(this::giveUp, Math.max(LEAST_NANOS, left), TimeUnit.NANOSECONDS);
  }

  Response response() {
    return response;
  }

  Callback callback() {
    return callback;
  }

  boolean isGiven() {
    return given.get();
  }

  /** Whether the caller may answer: once, and not after the time is over. */
  boolean begin() {
    late.cancel();
    return given.compareAndSet(false, true);
  }

  private void giveUp() {
    if (begin()) {
      Responses.send(
          ProblemException.unavailable(
              "no answer yet, because Kafka is away or the service is busy; the request may still"
                  + " be carried out, so check before you try again"),
          response,
          callback);
    }
  }
}
