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

/** What was opened so far; closes the last one first, and each though another fails. */
final class Closer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** One whose closing is given up after so long. */
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
      } catch (Exception e) { // declared so by AutoCloseable; the other parts must close, too
        LOG.error("Could not close {}", part, e);
      }
    }
  }

  /** A call that hangs keeps its session from closing for ever; the process has to end, though. */
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
