package dev.imprint.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.web.access.AccessConfig;
import dev.imprint.web.tls.PemFiles;
import dev.imprint.web.tls.PinnedCertificate;
import dev.imprint.web.tls.TlsConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take their time, with TLS. */
@Timeout(60)
class SlowTlsClientsTest {
  private static final Duration REQUEST = Duration.ofSeconds(1);

  @TempDir private Path dir;
  private TlsConfig tls;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    tls = PemFiles.make(dir, "here", "-keyalg", "EC");
    server =
        HttpServer.start(
            new HttpConfig("127.0.0.1", 0, AccessConfig.DEFAULTS, tls),
            new Pages(
                Map.of("/probe", request -> new PageResponse(200, HttpFields.EMPTY, new byte[0]))),
            new ConnectionLimits(20, REQUEST, Duration.ofSeconds(30)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldDropAClientThatDoesNotEvenBeginTls() throws Exception {
    try (Socket silent = new Socket("127.0.0.1", server.port())) {
      await().until(() -> isDropped(silent, 1));
    }
  }

  @Test
  void shouldDropAClientThatSendsNoRequest() throws Exception {
    try (Socket silent = connect()) {
      silent.getOutputStream().write('G');

      await().until(() -> isDropped(silent, 1));
    }
  }

  @Test
  void shouldKeepAConnectionThatAsksNowAndThen() throws Exception {
    try (Socket prometheus = connect()) {
      assertThat(probe(prometheus)).startsWith("HTTP/1.1 200");
      assertThat(isDropped(prometheus, 2 * (int) REQUEST.toMillis())).isFalse();
      assertThat(probe(prometheus)).startsWith("HTTP/1.1 200");
    }
  }

  private Socket connect() throws IOException {
    return PinnedCertificate.context(tls, Instant.now().plusSeconds(60))
        .getSocketFactory()
        .createSocket("127.0.0.1", server.port());
  }

  private static String probe(Socket client) throws IOException {
    client.setSoTimeout(10_000);
    client.getOutputStream().write("GET /probe HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) client.getInputStream().read());
    }
    return answer.toString();
  }

  private static boolean isDropped(Socket client, int millis) {
    try {
      client.setSoTimeout(millis);
      return client.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
