package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A labelled set through whole services, with only the command line and the bundled network. */
@SuppressWarnings("NullAway.Init")
@Tag("long")
@Timeout(300)
class LabelledSetTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Scene SCENE = new Scene(List.of(Part.GEAR, Part.SPRING), Light.HALL);
  private static final int EACH = 30;

  @TempDir private Path dir;

  /** A version's name has its head's digest, so the same name is the same head. */
  @Test
  void shouldGiveTheSameHeadInAnEmptyServiceAndServeItUnderANewNameAtOnce() throws Exception {
    BeltRenderer belt = new BeltRenderer(new SplittableRandom(3));
    for (Part part : SCENE.parts()) {
      Path label = Files.createDirectories(dir.resolve("train").resolve(part.label()));
      for (int i = 0; i < EACH; i++) {
        Files.write(label.resolve(i + ".png"), belt.draw(part, SCENE));
      }
    }
    String version;
    try (Service service = new Service("first")) {
      service.imprint("send --label-by-folder " + dir.resolve("train"));
      version = service.imprint("retrain --wait --timeout 120").split(":", 2)[0];
      assertThat(service.imprint("labels export " + dir.resolve("set")))
          .startsWith("exported 60 labels and 60 pictures");
    }

    try (Service service = new Service("second")) {
      service.imprint("labels import " + dir.resolve("set"));
      String again = service.imprint("retrain --wait --timeout 120").split(":", 2)[0];
      assertThat(again).isEqualTo(version);

      String renamed = service.imprint("labels rename gear cog").split(":", 2)[0];
      assertThat(renamed).startsWith("v2-");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                service.imprint("send " + dir.resolve("train/gear/0.png"));
                assertThat(service.predictedBy(renamed)).contains("cog");
              });
      assertThat(service.imprint("labels list")).contains("cog (was gear)").contains(renamed);
      assertThat(service.imprint("models show --manifest"))
          .contains("cog")
          .doesNotContain("gear\"}");
      assertThat(service.imprint("labels suspicious --json")).startsWith("[");
      service.imprint("forget --who " + System.getProperty("user.name", "unknown"));
      assertThat(service.imprint("labels list --json")).contains("\"examples\":0");
    }
  }

  private final class Service implements AutoCloseable {
    private final EmbeddedBroker broker;
    private final ServeProcess serve;

    Service(String name) throws Exception {
      broker = EmbeddedBroker.start(dir.resolve(name + "-broker"), 0);
      imprint("topics create");
      String yaml =
          """
          data: %s
          learning: {feedback_wait_seconds: 2}
          training: {new_labels: 0, max_wait_minutes: 0}
          """
              .formatted(dir.resolve(name + "-data"));
      Path config = Files.writeString(dir.resolve(name + ".yaml"), yaml);
      serve =
          ServeProcess.start(
              ServeProcess.freePort(),
              dir.resolve(name + ".log"),
              "--bootstrap-server",
              broker.bootstrapServers(),
              "--config",
              config.toString());
    }

    /** The command's output. */
    String imprint(String command) {
      List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
      arguments.addAll(List.of("--bootstrap-server", broker.bootstrapServers()));
      Cli run = Cli.run(arguments.toArray(String[]::new));
      assertThat(run.exitCode()).as(run.err()).isZero();
      return run.out();
    }

    List<String> predictedBy(String version) throws IOException {
      Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
      List<String> labels = new ArrayList<>();
      for (var record : Committed.read(clients, "predictions")) {
        var prediction = PredictionCodec.decode(record.value());
        if (prediction.modelVersion().equals(version) && prediction.label() != null) {
          labels.add(prediction.label());
        }
      }
      return labels;
    }

    @Override
    public void close() throws Exception {
      serve.close();
      broker.close();
    }
  }
}
