package dev.imprint.app.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts opened so far; closes them in reverse order, each even if another fails. */
final class Closer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** Adds a part whose closing is abandoned after the given time. */
  <T extends AutoCloseable> T add(T part, Duration patience) {
    parts.push(() -> closeInTime(part, patience));
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) { // declared by AutoCloseable; the other parts must still close
        LOG.error("Could not close {}", part, e);
      }
    }
  }

  /** A call that hangs keeps its session from ever closing, but the process has to end. */
  static void closeInTime(AutoCloseable part, Duration patience)
      throws InterruptedException, ExecutionException {
    var closing =
        new FutureTask<@Nullable Void>(
            () -> {
              part.close();
              return null;
            });
    Thread thread = new Thread(closing, "imprint-close");
    thread.setDaemon(true);
    thread.start();
    try {
      closing.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.error(
          "{} is still in use after {} ms because the model hangs; it stays open until the"
              + " process ends",
          part,
          patience.toMillis(),
          e);
    }
  }
}
