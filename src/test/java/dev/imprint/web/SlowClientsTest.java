package dev.imprint.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that take their time, over real sockets. */
@Timeout(60)
class SlowClientsTest {
  private static final int MOST_CONNECTIONS = 20;
  private static final Duration REQUEST = Duration.ofSeconds(1);

  private static final int MORE_THAN_BUFFERS_HOLD = 20_000_000;

  private final List<Socket> clients = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws BindException {
    server =
        HttpServer.start(
            new HttpConfig("127.0.0.1", 0),
            new Handler.Sequence(
                new Stream(),
                new Pages(Map.of("/probe", page(4), "/large", page(MORE_THAN_BUFFERS_HOLD)))),
            new ConnectionLimits(MOST_CONNECTIONS, REQUEST, Duration.ofSeconds(30)));
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    server.close();
  }

  @Test
  void shouldDropAClientThatSendsItsRequestByteByByte() throws Exception {
    Socket dribbler = connect();
    long begun = System.nanoTime();

    await().pollInterval(Duration.ofMillis(20)).until(() -> !dribbles(dribbler));

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(REQUEST);
  }

  @Test
  void shouldDropAClientThatSendsNothing() throws Exception {
    Socket silent = connect();

    await().until(() -> isDropped(silent));
  }

  @Test
  void shouldAnswerProbesWhileManyMoreDribbleThanItLetsIn() throws Exception {
    List<Socket> dribblers = new ArrayList<>();
    for (int i = 0; i < 10 * MOST_CONNECTIONS; i++) {
      Socket dribbler = connect();
      dribbles(dribbler);
      dribblers.add(dribbler);
      if (i % MOST_CONNECTIONS == 0) {
        assertThat(probe(connect())).isEqualTo("HTTP/1.1 200 OK");
      }
    }

    await().until(() -> dribblers.stream().allMatch(SlowClientsTest::isDropped));
  }

  @Test
  void shouldAnswerProbesWhileOthersDoNotReadTheirAnswers() throws Exception {
    List<Socket> deaf = new ArrayList<>();
    for (int i = 0; i < MOST_CONNECTIONS / 2; i++) { // more than it has threads
      Socket client = connect();
      client.getOutputStream().write(bytes("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
      deaf.add(client);
    }

    assertThat(probe(connect())).isEqualTo("HTTP/1.1 200 OK");
    // Without reading, a closed connection shows only in that it takes no more bytes.
    await().until(() -> deaf.stream().noneMatch(SlowClientsTest::takesAByte));
  }

  @Test
  void shouldKeepAStreamWhoseEventsAreTaken() throws Exception {
    Socket listener = connect();
    listener.getOutputStream().write(bytes("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"));
    long end = System.nanoTime() + REQUEST.multipliedBy(3).toNanos();

    while (System.nanoTime() < end) {
      assertThat(isOpenFor(listener, Duration.ofMillis(50))).isTrue();
    }
  }

  @Test
  void shouldKeepAConnectionThatAsksNowAndThen() throws Exception {
    Socket prometheus = connect();

    assertThat(probe(prometheus)).isEqualTo("HTTP/1.1 200 OK");
    assertThat(isOpenFor(prometheus, REQUEST.multipliedBy(2))).isTrue();
    assertThat(probe(prometheus)).isEqualTo("HTTP/1.1 200 OK");
  }

  /** Sends a byte now and then, without end. */
  private static final class Stream extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (!Request.getPathInContext(request).equals("/stream")) {
        return false;
      }
      send(response, callback);
      return true;
    }

    private void send(Response response, Callback callback) {
      Runnable next =
          () ->
              getServer()
                  .getScheduler()
                  .schedule(() -> send(response, callback), 100, TimeUnit.MILLISECONDS);
      response.write(false, ByteBuffer.wrap(new byte[1]), Callback.from(next, callback::failed));
    }
  }

  private static Page page(int bytes) {
    PageResponse answer = new PageResponse(200, HttpFields.EMPTY, new byte[bytes]);
    return request -> answer;
  }

  private Socket connect() throws IOException {
    Socket client = new Socket();
    client.setReceiveBufferSize(4_096);
    client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 10_000);
    clients.add(client);
    return client;
  }

  /** Sends one more byte of an endless header; false once the server has closed. */
  private static boolean dribbles(Socket client) {
    return !isDropped(client) && takesAByte(client);
  }

  private static boolean takesAByte(Socket client) {
    try {
      client.getOutputStream().write('G');
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isDropped(Socket client) {
    return !isOpenFor(client, Duration.ofMillis(1));
  }

  /** For this long, there is nothing to read from it, and it does not end. */
  private static boolean isOpenFor(Socket client, Duration time) {
    try {
      client.setSoTimeout((int) time.toMillis());
      return client.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String probe(Socket client) throws IOException {
    client.setSoTimeout(10_000);
    client.getOutputStream().write(bytes("GET /probe HTTP/1.1\r\nHost: x\r\n\r\n"));
    var reader =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    String status = reader.readLine();
    int length = 0;
    for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
      if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring("Content-Length: ".length()));
      }
    }
    assertThat(reader.skip(length)).isEqualTo(length);
    return status;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
