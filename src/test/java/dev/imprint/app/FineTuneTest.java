package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.demo.belt.BeltRenderer;
import dev.imprint.demo.belt.Light;
import dev.imprint.demo.belt.Part;
import dev.imprint.demo.belt.Scene;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.PredictionCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A version with a network of its own, by the command line and the bundled network. */
@SuppressWarnings("NullAway.Init")
@Tag("long")
@Timeout(300)
class FineTuneTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Scene SCENE = new Scene(List.of(Part.GEAR, Part.SPRING), Light.HALL);
  private static final int LEARNED = 40;
  private static final int JUDGED = 8;

  @TempDir private Path dir;

  private final BeltRenderer belt = new BeltRenderer(new SplittableRandom(5));
  private EmbeddedBroker broker;
  private String server;
  private int httpPort;

  @BeforeEach
  void start() throws IOException {
    broker = EmbeddedBroker.start(dir.resolve("broker"), 0);
    server = broker.bootstrapServers();
    httpPort = ServeProcess.freePort();
    draw("train", LEARNED);
    draw("test", JUDGED);
    assertThat(imprint("topics create").exitCode()).isZero();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void shouldServeAFineTunedVersionLikeAnyOther() throws Exception {
    String head;
    String tuned;
    try (ServeProcess serve = serve()) {
      assertThat(imprint("send --label-by-folder " + dir.resolve("train")).exitCode()).isZero();
      Cli trained = imprint("retrain --wait --timeout 120");
      assertThat(trained.exitCode()).as(trained.err()).isZero();
      head = version(trained.out());

      tuned = fineTunes();
      servesAt(serve, tuned);
      assertThat(evaluated()).isEqualTo(tuned);
      Cli exported = imprint("models export --format savedmodel --out " + dir.resolve("exported"));
      assertThat(exported.exitCode()).as(exported.err()).isZero();
      assertThat(exported.out()).startsWith("exported " + tuned);

      assertThat(imprint("models promote " + head).exitCode()).isZero();
      servesAt(serve, head);
      assertThat(imprint("models rollback").exitCode()).isZero();
      servesAt(serve, tuned);
    } // killed

    try (ServeProcess again = serve()) {
      servesAt(again, tuned); // opens its network before it serves
      again.terminate();
    }
  }

  /** Whatever the gate decides, the version is there; it is made to serve. */
  private String fineTunes() throws IOException {
    Cli run = imprint("retrain --fine-tune --wait --timeout 240");

    assertThat(run.err()).contains("fine-tuning on 80 pictures");
    String last =
        run.exitCode() == 0 ? run.out() : run.err().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).contains("fine-tuned: ");
    String tuned = version(last);
    JsonNode record = imprint("models show " + tuned).json();
    assertThat(record.at("/network/trunk_id").asText()).hasSize(64);
    assertThat(record.get("backbone_id")).isNotEqualTo(record.at("/network/trunk_id"));
    if (run.exitCode() != 0) {
      assertThat(imprint("models promote " + tuned).exitCode()).isZero();
    }
    return tuned;
  }

  private String evaluated() throws IOException {
    JsonNode result = imprint("evaluate --json " + dir.resolve("test")).json();
    assertThat(result.get("accuracy").asDouble()).isGreaterThan(0.7);
    return result.get("model_version").asText();
  }

  private void servesAt(ServeProcess serve, String version) throws Exception {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                serve
                    .body("/metrics")
                    .lines()
                    .anyMatch(l -> l.startsWith("imprint_model_info{") && l.contains(version)));
    long before = predictedBy(version);
    assertThat(imprint("send " + dir.resolve("test")).exitCode()).isZero();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(predictedBy(version)).isEqualTo(before + 2 * JUDGED));
  }

  private static String version(String line) {
    return line.substring(0, line.indexOf(':'));
  }

  private ServeProcess serve() throws IOException {
    String yaml =
        """
        data: %s
        training: {new_labels: 0, max_wait_minutes: 0, fine_tune: {views: 1, epochs: 1}}
        buffer: {unlabelled: 0}
        """
            .formatted(dir.resolve("data"));
    Path config = Files.writeString(dir.resolve("serve.yaml"), yaml);
    return ServeProcess.start(
        httpPort, dir.resolve("log"), "--bootstrap-server", server, "--config", config.toString());
  }

  private void draw(String folder, int each) throws IOException {
    for (Part part : SCENE.parts()) {
      Path label = Files.createDirectories(dir.resolve(folder).resolve(part.label()));
      for (int i = 0; i < each; i++) {
        Files.write(label.resolve(i + ".png"), belt.draw(part, SCENE));
      }
    }
  }

  private long predictedBy(String version) throws IOException {
    long count = 0;
    Clients clients = new Clients(new KafkaConfig(server, Map.of()));
    for (var record : Committed.read(clients, "predictions")) {
      count += PredictionCodec.decode(record.value()).modelVersion().equals(version) ? 1 : 0;
    }
    return count;
  }

  private Cli imprint(String command) {
    List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
    arguments.addAll(List.of("--bootstrap-server", server));
    return Cli.run(arguments.toArray(String[]::new));
  }
}
