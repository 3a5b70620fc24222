package dev.imprint.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Server-sent events (HTML standard, section 9.2) to one client. Sending never waits: events are
 * collected while the client takes earlier ones, up to a limit. Thread-safe; its listener closes
 * it, unless the client has left.
 */
public final class EventStream implements AutoCloseable {
  /** Some seconds of events; a client that is further behind misses some. */
  private static final int MOST_WAITING_BYTES = 256 * 1024;

  private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);

  /** Browsers connect again after this time. */
  private static final byte[] BEGIN = "retry: 2000\n\n".getBytes(UTF_8);

  private final Response response;
  private final Callback callback;
  private final Consumer<EventStream> onEnd;
  private ByteArrayOutputStream waiting = new ByteArrayOutputStream(); // guarded by this
  private boolean writing; // guarded by this
  private boolean quiet; // no event since the last look; guarded by this
  private State state = State.OPEN; // guarded by this

  private enum State {
    OPEN,
    CLOSING,
    ENDED
  }

  /**
   * @param callback of the request; called at the end
   * @param onEnd called once, at the end
   */
  EventStream(Response response, Callback callback, Consumer<EventStream> onEnd) {
    this.response = response;
    this.callback = callback;
    this.onEnd = onEnd;
  }

  /** Sends the headers, so that the client knows that it is connected. */
  void begin() {
    add(BEGIN);
  }

  /**
   * Sends an event.
   *
   * @param data a record of plain values
   * @return false if it was dropped, because the client has left or is behind
   */
  public boolean send(String event, Object data) {
    return send(encode(event, data));
  }

  /** The same of what {@link #encode} has returned, which several streams may send. */
  public boolean send(byte[] encoded) {
    return add(encoded);
  }

  /** An event as it is sent. */
  public static byte[] encode(String event, Object data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(("event: " + event + "\ndata: ").getBytes(UTF_8));
    bytes.writeBytes(Json.encode(data)); // without line breaks
    bytes.writeBytes("\n\n".getBytes(UTF_8));
    return bytes.toByteArray();
  }

  /** Shows the client, and whoever watches its connection, that the stream is still there. */
  synchronized void keepAlive() {
    if (quiet && waiting.size() == 0) {
      add(COMMENT);
    }
    quiet = true;
  }

  private synchronized boolean add(byte[] bytes) {
    if (state != State.OPEN || waiting.size() + bytes.length > MOST_WAITING_BYTES) {
      return false;
    }
    quiet = false;
    waiting.writeBytes(bytes);
    write();
    return true;
  }

  private synchronized void write() {
    if (writing || state == State.ENDED) {
      return;
    }
    if (waiting.size() > 0) {
      ByteBuffer next = ByteBuffer.wrap(waiting.toByteArray());
      waiting = new ByteArrayOutputStream();
      writing = true;
      response.write(false, next, Callback.from(this::written, this::failed));
    } else if (state == State.CLOSING) {
      end();
      callback.succeeded();
    }
  }

  private synchronized void written() {
    writing = false;
    write();
  }

  private synchronized void failed(Throwable cause) {
    if (state != State.ENDED) {
      end();
      callback.failed(cause);
    }
  }

  private void end() {
    state = State.ENDED;
    onEnd.accept(this);
  }

  /** Whether events still have a reader. */
  public synchronized boolean isOpen() {
    return state == State.OPEN;
  }

  /** Ends it after the events so far; browsers connect again. */
  @Override
  public synchronized void close() {
    if (state == State.OPEN) {
      state = State.CLOSING;
      write();
    }
  }
}
