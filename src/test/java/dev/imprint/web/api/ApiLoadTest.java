package dev.imprint.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that take long, or are too many, and files that are refused. */
@Timeout(60)
class ApiLoadTest extends ApiSteps {
  @Test
  void shouldSayInTimeThatACallTakesTooLong() throws Exception {
    Api impatient =
        new Api(
            List.of(Route.get("/api/v1/slow", "slow", "Waits.").returns(Wish.class, this::slow)),
            Callers.ANYBODY,
            0,
            Duration.ofMillis(100));
    try (ApiServer other = ApiServer.start(impatient)) {
      HttpResponse<String> late = other.ask("/api/v1/slow");
      release.countDown();
      HttpResponse<String> next = other.ask("/api/v1/slow");

      assertThat(late.statusCode()).isEqualTo(503);
      assertThat(late.headers().firstValue("Retry-After")).isPresent();
      assertThat(late.body()).contains("no answer yet, because Kafka is away");
      assertThat(next.body()).contains("at last");
    }
  }

  /** Their bodies are in memory for as long. */
  @Test
  void shouldTakeNoMoreFilesWhileCallsGoOnThatTookTooLong() throws Exception {
    int most = 1 << 20;
    Route files =
        Route.post("/api/v1/files", "file", "Waits.").takesFile().returns(Wish.class, this::slow);
    Api impatient = new Api(List.of(files), Callers.ANYBODY, most, Duration.ofMillis(100));
    try (ApiServer other = ApiServer.start(impatient)) {
      HttpRequest file =
          other
              .request("/api/v1/files")
              .header("Content-Type", "application/octet-stream")
              .POST(BodyPublishers.ofByteArray(new byte[most]))
              .build();
      List<CompletableFuture<HttpResponse<String>>> late = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        late.add(other.client.sendAsync(file, BodyHandlers.ofString()));
      }
      for (var each : late) {
        assertThat(each.get().body()).contains("no answer yet");
      }

      String more = sendAtOnce(other);
      release.countDown();

      assertThat(more).contains("too many files at once");
      await().until(() -> sendAtOnce(other).contains("at last"));
    }
  }

  /**
   * Sends a file of one byte along with its headers: a client that is still sending when the server
   * refuses may not get to see the answer.
   */
  private static String sendAtOnce(ApiServer to) throws IOException {
    String file =
        """
        POST /api/v1/files HTTP/1.1
        Host: 127.0.0.1
        Content-Type: application/octet-stream
        Content-Length: 1
        Connection: close

        """
                .replace("\n", "\r\n")
            + "x";
    try (Socket socket = new Socket("127.0.0.1", to.request("/").build().uri().getPort())) {
      socket.getOutputStream().write(file.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  /** Or else clients send their next request on a connection that is about to be closed. */
  @ParameterizedTest
  @CsvSource({"'', true", "'{\"name\":\"a\"}', false"})
  void shouldSayThatTheConnectionEndsIfItRefusesABodyThatHasNotArrived(String body, boolean ends)
      throws Exception {
    caller = null;
    try (Socket socket = new Socket("127.0.0.1", server.request("/").build().uri().getPort())) {
      String request =
          "POST /api/v1/wishes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 12\r\n\r\n" + body;
      socket.getOutputStream().write(request.getBytes(UTF_8));
      BufferedReader answer =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));

      List<String> head = new ArrayList<>();
      for (String line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
        head.add(line);
      }

      assertThat(head.get(0)).contains("401");
      assertThat(head.contains("Connection: close")).isEqualTo(ends);
    }
  }

  @Test
  void shouldTellClientsToTryAgainRatherThanQueueWithoutEnd() throws Exception {
    List<java.util.concurrent.CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) { // more than threads, but few enough to wait
      waiting.add(
          server.client.sendAsync(server.request("/api/v1/slow").build(), BodyHandlers.ofString()));
    }
    release.countDown();

    for (var each : waiting) {
      assertThat(each.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }
}
