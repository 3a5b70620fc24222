package dev.imprint.web.api;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The streams of events that are open, up to a limit. Thread-safe; closing ends them all. */
final class OpenStreams implements AutoCloseable {
  /** Browsers open one a tab. */
  static final int MOST = 32;

  private final Map<EventStream, Instant> streams = new ConcurrentHashMap<>(); // open until

  void requireRoom() throws ProblemException {
    if (streams.size() >= MOST) {
      throw ProblemException.unavailable(
          "%d browsers are listening already, which is the limit: close one".formatted(MOST));
    }
  }

  /**
   * @param caller for as long as whose login lasts; null if nobody is known
   */
  EventStream open(Response response, Callback callback, @Nullable Caller caller) {
    EventStream stream = new EventStream(response, callback, streams::remove);
    streams.put(stream, caller == null ? Instant.MAX : caller.until());
    stream.begin();
    return stream;
  }

  void keepAlive(Instant now) {
    streams.forEach(
        (stream, until) -> {
          if (now.isBefore(until)) {
            stream.keepAlive();
          } else {
            stream.close(); // browsers connect again, and are asked who they are
          }
        });
  }

  @Override
  public void close() {
    streams.keySet().forEach(EventStream::close);
  }
}
