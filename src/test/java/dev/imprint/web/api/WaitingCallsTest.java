package dev.imprint.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that are answered later. */
@Timeout(60)
class WaitingCallsTest {
  private final AtomicInteger waiting = new AtomicInteger();
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();

  @Test
  void shouldLimitHowManyWaitAndTellTheOthersToTryAgain() throws Exception {
    Route later =
        Route.get("/api/v1/later", "later", "Waits.")
            .returns(
                Map.class,
                call -> {
                  waiting.incrementAndGet();
                  return new Answer.Later(answer.copy());
                });
    try (ApiServer server = ApiServer.start(List.of(later))) {
      List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
      for (int i = 0; i < CallsInProgress.MOST; i++) {
        calls.add(
            server.client.sendAsync(
                server.request("/api/v1/later").build(), BodyHandlers.ofString()));
      }
      await().until(() -> waiting.get() == CallsInProgress.MOST);

      HttpResponse<String> more = server.ask("/api/v1/later");
      answer.complete(Answer.ok(Map.of()));

      assertThat(more.statusCode()).isEqualTo(503);
      assertThat(more.headers().firstValue("Content-Type")).contains("application/problem+json");
      assertThat(more.body()).contains("too many requests at once: try again in a second");
      for (CompletableFuture<HttpResponse<String>> each : calls) {
        assertThat(each.get().statusCode()).isEqualTo(200);
      }
      assertThat(server.ask("/api/v1/later").statusCode()).isEqualTo(200);
    }
  }
}
