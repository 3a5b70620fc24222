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
import dev.imprint.event.Topics;
import dev.imprint.model.Prediction;
import dev.imprint.rollout.ModelStore;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Services with one backbone after another, and pictures sent to them all the time. */
@SuppressWarnings("NullAway.Init")
class BackboneChangeSteps {
  static final Duration PATIENCE = Duration.ofSeconds(90);
  static final Scene SCENE = new Scene(List.of(Part.GEAR, Part.SPRING), Light.HALL);
  static final int LEARNED = 30;
  static final int IMAGES_PER_SECOND = 5;
  static final int PICTURES = 40;

  @TempDir Path dir;

  final BeltRenderer belt = new BeltRenderer(new SplittableRandom(3));
  final Map<String, Instant> moments = new HashMap<>();
  EmbeddedBroker broker;
  Clients clients;
  int httpPort;
  Path next;

  @BeforeEach
  void start() throws IOException {
    broker = EmbeddedBroker.start(dir.resolve("broker"), 0);
    clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      httpPort = socket.getLocalPort();
    }
    for (Part part : SCENE.parts()) {
      Path label = Files.createDirectories(dir.resolve("train").resolve(part.label()));
      for (int i = 0; i < LEARNED; i++) {
        Files.write(label.resolve(i + ".png"), belt.draw(part, SCENE));
      }
    }
    next = TwoLayers.write(dir);
    assertThat(imprint("topics create").exitCode()).isZero();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  String learns() {
    Cli sent = imprint("send --label-by-folder " + dir.resolve("train"));
    assertThat(sent.exitCode()).as(sent.err()).isZero();
    return version(imprint("retrain --wait --timeout 120"));
  }

  void mark(String moment) {
    moments.put(moment, Instant.now());
  }

  /**
   * The version trained; makes it serve if the gate refused it, since the gate is not tested here.
   */
  String version(Cli trained) {
    if (trained.exitCode() == ExitCodes.DONE) {
      return trained.out().substring(0, trained.out().indexOf(':'));
    }
    assertThat(trained.exitCode()).as(trained.err()).isEqualTo(ExitCodes.REFUSED);
    String last = trained.err().lines().reduce((a, b) -> b).orElseThrow();
    String version = last.substring(0, last.indexOf(':'));
    Cli promoted = imprint("models promote " + version);
    assertThat(promoted.exitCode()).as(promoted.err()).isZero();
    return version;
  }

  /** Two seconds' worth: an image that arrived earlier may have waited. */
  void awaitPredictionsSince(String moment, String version) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                predictions().stream()
                        .filter(p -> p.modelVersion().equals(version))
                        .filter(p -> p.predictedAt().isAfter(moments.get(moment)))
                        .count()
                    >= 2 * IMAGES_PER_SECOND);
  }

  /** Those of the traffic, one per image. */
  List<Prediction> awaitPredictions(int sent) throws IOException {
    await().atMost(PATIENCE).until(() -> predictions().size() >= sent);
    List<Prediction> predictions = predictions();
    assertThat(predictions)
        .extracting(Prediction::imageId)
        .containsExactlyInAnyOrder(
            IntStream.range(0, sent).mapToObj(i -> "t" + i).toArray(String[]::new));
    return predictions;
  }

  List<Prediction> predictions() throws IOException {
    List<Prediction> predictions = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : Committed.read(clients, "predictions")) {
      Prediction prediction = PredictionCodec.decode(record.value());
      if (prediction.imageId().matches("t\\d+")) {
        predictions.add(prediction);
      }
    }
    return predictions;
  }

  ModelStore store() {
    return new ModelStore(clients, Topics.DEFAULTS);
  }

  ServeProcess serve(String backbones) throws IOException {
    String yaml =
        """
        data: %s
        learning: {feedback_wait_seconds: 2}
        training: {new_labels: 0, max_wait_minutes: 0}
        %s
        """
            .formatted(dir.resolve("data"), backbones);
    Path config = Files.writeString(dir.resolve("serve.yaml"), yaml);
    return ServeProcess.start(
        httpPort,
        dir.resolve("log"),
        "--bootstrap-server",
        broker.bootstrapServers(),
        "--config",
        config.toString());
  }

  Cli imprint(String command) {
    List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
    arguments.addAll(List.of("--bootstrap-server", broker.bootstrapServers()));
    return Cli.run(arguments.toArray(String[]::new));
  }
}
