package dev.imprint.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of events. */
@Timeout(60)
class ApiEventsTest extends ApiSteps {
  @Test
  void shouldSendEventsUntilItsListenerClosesTheStream() throws Exception {
    HttpResponse<InputStream> response =
        server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());
    EventStream stream = opened.take();
    stream.send("wish", new Wish("a\nb"));
    stream.close();

    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(new String(response.body().readAllBytes(), UTF_8))
        .isEqualTo(
            "retry: 2000\n\nevent: wish\ndata: {\"name\":\"a\\nb\",\"count\":null,\"urgent\":false}\n\n");
    assertThat(stream.send("wish", new Wish("c"))).isFalse();
  }

  @Test
  void shouldDropEventsForAClientThatDoesNotReadThem() throws Exception {
    HttpResponse<InputStream> response =
        server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());
    EventStream stream = opened.take();
    Wish large = new Wish("x".repeat(100_000));

    // The sockets take some megabytes; after that, little is kept.
    await().until(() -> !stream.send("wish", large));

    response.body().close();
  }

  @Test
  void shouldNoticeThatAClientHasLeft() throws Exception {
    HttpResponse<InputStream> response =
        server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());
    EventStream stream = opened.take();

    response.body().close();

    await().until(() -> !stream.send("wish", new Wish("still there?")));
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void shouldLimitTheNumberOfStreamsAndAnswerOthersMeanwhile() throws Exception {
    for (int i = 0; i < OpenStreams.MOST; i++) {
      server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());
    }

    HttpResponse<String> oneMore = get("/api/v1/events");

    assertThat(oneMore.statusCode()).isEqualTo(503);
    assertThat(oneMore.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(get("/api/v1/things/nut").statusCode()).isEqualTo(200);
    opened.take().close();
    await()
        .until(
            () ->
                server
                        .client
                        .send(
                            server.request("/api/v1/events").build(), BodyHandlers.ofInputStream())
                        .statusCode()
                    == 200);
  }

  @Test
  void shouldEndAStreamWhenItsCallerHasToShowAnew() throws Exception {
    caller = new Caller("ada", AccessRole.LOOK, Instant.now());

    HttpResponse<InputStream> response =
        server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());

    assertThat(response.body().readAllBytes()).isNotEmpty(); // returns at the end
  }
}
