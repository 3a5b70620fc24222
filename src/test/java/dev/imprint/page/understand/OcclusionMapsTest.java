package dev.imprint.page.understand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.model.serving.Lease;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.ApiServer;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Route;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@SuppressWarnings("NullAway.Init")
@Timeout(60)
class OcclusionMapsTest {
  private static final byte[] WHITE = {(byte) 255};
  private static final int BATCH = 5;

  private final ToyNetwork network = new ToyNetwork();
  private final AtomicInteger pauses = new AtomicInteger();
  private volatile boolean headless;
  private OcclusionMaps maps;
  private ApiServer server;

  @BeforeEach
  void start() throws Exception {
    Insight insight = new Insight(this::lend, () -> null, BATCH);
    maps = new OcclusionMaps(insight, nanos -> pauses.incrementAndGet());
    Route route =
        Route.get("/api/v1/map", "map", "A map.")
            .sends(Map.of(), call -> new Answer.Events(stream -> maps.make(WHITE, "nut", stream)));
    server = ApiServer.start(List.of(route));
  }

  private @Nullable Lease lend() {
    return network.lend(headless);
  }

  @AfterEach
  void stop() {
    network.onEmbed = () -> {};
    maps.close();
    server.close();
  }

  @Test
  void shouldShowWhatTheModelLooksAt() throws Exception {
    List<JsonNode> events = map();

    JsonNode begin = events.get(0);
    assertThat(begin.get("version").asText()).isEqualTo("v1");
    assertThat(begin.get("probability").floatValue()).isGreaterThan(0.99f);
    List<Float> cells = new ArrayList<>();
    events
        .subList(1, events.size() - 1)
        .forEach(event -> event.get("probabilities").forEach(each -> cells.add(each.floatValue())));
    assertThat(cells).hasSize(Occlusion.PATCHES);
    for (int patch = 0; patch < Occlusion.PATCHES; patch++) {
      int row = patch / Occlusion.GRID;
      int column = patch % Occlusion.GRID;
      boolean middle = row >= 3 && row <= 4 && column >= 3 && column <= 4;
      assertThat(cells.get(patch)).as("%d, %d", row, column).matches(p -> p < 0.6 == middle);
    }
    assertThat(events.get(events.size() - 1).get("problem").isNull()).isTrue();
  }

  @Test
  void shouldAskInSmallBatchesWithAPauseAfterEach() throws Exception {
    map();

    assertThat(network.largestBatch).hasValue(BATCH);
    assertThat(network.embedded).hasValue(1 + Occlusion.PATCHES);
    assertThat(pauses).hasValue((Occlusion.PATCHES + BATCH - 1) / BATCH);
  }

  @Test
  void shouldMakeOneMapAtATime() throws Exception {
    Semaphore batches = new Semaphore(0);
    network.onEmbed = batches::acquireUninterruptibly;
    try (InputStream first = open()) {
      await().until(batches::hasQueuedThreads);

      assertThatThrownBy(() -> maps.require("nut"))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("makes one at a time")
          .hasFieldOrPropertyWithValue("status", 429);
      assertThat(new String(open().readAllBytes(), UTF_8))
          .as("asked before the first had begun")
          .contains("event: end", "makes one at a time")
          .doesNotContain("event: begin");

      batches.release(1_000);
      assertThat(new String(first.readAllBytes(), UTF_8)).contains("\"problem\":null");
    }
    await().untilAsserted(() -> maps.require("nut"));
  }

  @Test
  void shouldEndTheMapOfABrowserThatLeaves() throws Exception {
    Semaphore batches = new Semaphore(2);
    network.onEmbed = batches::acquireUninterruptibly;
    InputStream left = open();
    await().until(batches::hasQueuedThreads);

    left.close();
    await()
        .until(
            () -> {
              batches.release(); // a batch more, whose answer nobody takes
              return !isMaking();
            });

    assertThat(network.embedded.get()).isLessThan(1 + Occlusion.PATCHES);
  }

  @Test
  void shouldEndWhenTheServiceStops() throws Exception {
    maps.close();
    OcclusionMaps slow =
        new OcclusionMaps(
            new Insight(this::lend, () -> null, BATCH), nanos -> new Semaphore(0).acquire());
    maps = slow;
    try (InputStream stream = open()) {
      await().until(OcclusionMapsTest::isMaking);

      slow.close();

      assertThat(new String(stream.readAllBytes(), UTF_8)).contains("the service is stopping");
      assertThat(isMaking()).isFalse();
    }
  }

  @Test
  void shouldSayWhatItCannotExplain() throws Exception {
    assertThatThrownBy(() -> maps.require("bolt"))
        .hasMessage("the version v1 does not know the label 'bolt'");
    headless = true;
    assertThatThrownBy(() -> maps.require("nut")).hasMessageContaining("does not know");
    assertThat(map().get(0).get("problem").asText()).contains("v1 serves now");
  }

  @Test
  void shouldSayThatTheModelFailed() throws Exception {
    network.onEmbed =
        () -> {
          throw new IllegalStateException("the device is lost");
        };

    assertThat(map().get(0).get("problem").asText()).contains("failed");
    maps.require("nut"); // the next one may be made
  }

  private static boolean isMaking() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("imprint-occlusion"));
  }

  private InputStream open() throws IOException, InterruptedException {
    return server.open("/api/v1/map");
  }

  /** The events' data. */
  private List<JsonNode> map() throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> events = new ArrayList<>();
    try (InputStream stream = open()) {
      for (String line : new String(stream.readAllBytes(), UTF_8).lines().toList()) {
        if (line.startsWith("data: ")) {
          events.add(json.readTree(line.substring("data: ".length())));
        }
      }
    }
    return events;
  }
}
