package dev.imprint.page.teach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.page.feed.PageProducer;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Api;
import dev.imprint.web.api.ApiServer;
import dev.imprint.web.api.Callers;
import dev.imprint.web.api.Route;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More labels wait for Kafka than the interface has threads. */
@SuppressWarnings("NullAway.Init")
@Timeout(60)
class WaitingLabelsTest {
  private static final int TABS = 20;

  private final CountDownLatch metadata = new CountDownLatch(1);
  private PageProducer producer;
  private Teaching teaching;
  private ApiServer server;

  /** Acknowledges nothing by itself. */
  private final class Hanging extends MockProducer<byte[], byte[]> {
    private final boolean atOnce;

    Hanging(boolean atOnce) {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.atOnce = atOnce;
    }

    @Override
    public Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
      try {
        if (!atOnce) {
          metadata.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return super.send(record, callback);
    }
  }

  private void serve(Hanging kafka) throws Exception {
    Clients clients =
        new Clients(KafkaConfig.DEFAULTS) {
          @Override
          public Producer<byte[], byte[]> persistentProducer(int maxRecordBytes) {
            return kafka;
          }
        };
    producer = new PageProducer(clients, 1);
    Clock clock = Clock.systemUTC();
    teaching =
        new Teaching(
            clients, Topics.DEFAULTS, () -> new CurrentModel(null, Map.of()), new Random(1), clock);
    List<Route> routes =
        new ArrayList<>(new TeachRoutes(teaching, producer, Topics.DEFAULTS, 1, clock).routes());
    routes.add(
        Route.get("/api/v1/other", "other", "Another route.")
            .returns(Map.class, call -> Answer.ok(Map.of())));
    server = ApiServer.start(new Api(routes, Callers.ANYBODY, 1));
  }

  @AfterEach
  void stop() {
    metadata.countDown();
    teaching.close();
    producer.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldAnswerOtherCallsAtOnceWhileManyLabelsWait(boolean sentAtOnce) throws Exception {
    serve(new Hanging(sentAtOnce));
    List<CompletableFuture<HttpResponse<String>>> labels = label(TABS);

    int status = server.ask("/api/v1/other").statusCode();

    assertThat(status).isEqualTo(200);
    assertThat(labels).as("labels, which wait").noneMatch(CompletableFuture::isDone);
    for (CompletableFuture<HttpResponse<String>> each : labels) {
      assertThat(each.get().statusCode()).isEqualTo(503);
      assertThat(each.get().body()).contains("Kafka");
    }
  }

  @Test
  void shouldAnswerAllWhoWaitOnceKafkaHasTakenTheirLabels() throws Exception {
    Hanging kafka = new Hanging(true);
    serve(kafka);
    List<CompletableFuture<HttpResponse<String>>> labels = label(TABS);

    for (int i = 0; i < TABS; ) {
      i += kafka.completeNext() ? 1 : 0;
    }

    for (CompletableFuture<HttpResponse<String>> each : labels) {
      assertThat(each.get().statusCode()).isEqualTo(200);
    }
  }

  private List<CompletableFuture<HttpResponse<String>>> label(int tabs) {
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < tabs; i++) {
      String label =
          """
          {"labels": [{"id": "%d", "image_id": "image", "label": "nut",
            "claim": {"topic": "images", "partition": 0, "offset": 7, "sha256": "%s"}}]}"""
              .formatted(i, "0".repeat(64));
      calls.add(
          server.client.sendAsync(
              server
                  .request("/api/v1/labels")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(label))
                  .build(),
              BodyHandlers.ofString()));
    }
    return calls;
  }
}
