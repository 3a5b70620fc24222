package dev.imprint.web;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Drops the connections of clients that take too long to send a request or to read its answer. An
 * idle timeout does not do that: a byte a second resets it. An answer of several parts may take
 * longer, if each part is taken in time. If there are too many connections, the one that made
 * progress longest ago is closed, not the new one, so that a client that sends its request promptly
 * is answered whatever the others do.
 *
 * <p>Called by several of Jetty's threads.
 */
final class SlowClients extends Handler.Wrapper implements Connection.Listener {
  /** Number of checks within the time that a request may take. */
  private static final int LOOKS = 10;

  /**
   * A connection's last progress.
   *
   * @param answered true if it has its answer; false if its request is in progress or has not
   *     arrived
   * @param bytes number received by then
   * @param at reading of {@link System#nanoTime}
   */
  private record Stand(boolean answered, long bytes, long at) {
    static Stand now(boolean answered, Connection connection) {
      return new Stand(answered, connection.getBytesIn(), System.nanoTime());
    }
  }

  private final ConnectionLimits limits;
  private final Map<Connection, Stand> open = new ConcurrentHashMap<>();

  SlowClients(ConnectionLimits limits) {
    this.limits = limits;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    lookLater();
  }

  private void lookLater() {
    long millis = limits.request().toMillis() / LOOKS;
    getServer().getScheduler().schedule(this::look, millis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    open.forEach(this::look);
    if (!isStopping() && !isStopped()) {
      lookLater();
    }
  }

  private void look(Connection connection, Stand stand) {
    if (!stand.answered()) {
      if (System.nanoTime() - stand.at() > limits.request().toNanos()) {
        connection.getEndPoint().close();
      }
    } else if (connection.getBytesIn() > stand.bytes()) {
      open.replace(connection, stand, Stand.now(false, connection)); // its next request
    }
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof SslConnection) {
      return; // the one inside is opened with it, and has the requests
    }
    open.put(connection, Stand.now(false, connection));
    if (open.size() > limits.connections()) {
      open.entrySet().stream()
          .min(Comparator.comparingLong(entry -> entry.getValue().at()))
          .ifPresent(entry -> entry.getKey().getEndPoint().close());
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Connection connection = request.getConnectionMetaData().getConnection();
    Request.addCompletionListener(
        request,
        failure -> open.computeIfPresent(connection, (key, stand) -> Stand.now(true, connection)));
    return super.handle(request, new WatchedResponse(request, response, connection), callback);
  }

  /**
   * A stream of events is never complete, but each event that the client took is progress. Most
   * answers are one write, so that for these nothing changes.
   */
  private final class WatchedResponse extends Response.Wrapper {
    private final Connection connection;

    WatchedResponse(Request request, Response response, Connection connection) {
      super(request, response);
      this.connection = connection;
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
      super.write(
          last,
          content,
          Callback.from(callback, () -> open.computeIfPresent(connection, this::progress)));
    }

    private Stand progress(Connection key, Stand stand) {
      return stand.answered() ? stand : Stand.now(false, connection);
    }
  }

  @Override
  public void onClosed(Connection connection) {
    open.remove(connection);
  }
}
