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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A service with the bundled network, taught by the command line to tell two parts apart. */
@SuppressWarnings("NullAway.Init")
class LearnSteps {
  static final Duration PATIENCE = Duration.ofSeconds(90);
  static final Scene SCENE = new Scene(List.of(Part.GEAR, Part.SPRING), Light.HALL);

  @TempDir Path dir;
  final BeltRenderer belt;
  private final int learned;
  private final int judged;
  private EmbeddedBroker broker;
  private String server;
  private int httpPort;

  /**
   * @param seed of the pictures
   * @param learned pictures of each part in the folder train
   * @param judged likewise in the folder test
   */
  LearnSteps(long seed, int learned, int judged) {
    this.belt = new BeltRenderer(new SplittableRandom(seed));
    this.learned = learned;
    this.judged = judged;
  }

  @BeforeEach
  void start() throws IOException {
    broker = EmbeddedBroker.start(dir.resolve("broker"), 0);
    server = broker.bootstrapServers();
    httpPort = ServeProcess.freePort();
    draw("train", learned);
    draw("test", judged);
    assertThat(imprint("topics create").exitCode()).isZero();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private void draw(String folder, int each) throws IOException {
    for (Part part : SCENE.parts()) {
      Path label = Files.createDirectories(dir.resolve(folder).resolve(part.label()));
      for (int i = 0; i < each; i++) {
        Files.write(label.resolve(i + ".png"), belt.draw(part, SCENE));
      }
    }
  }

  Cli imprint(String command) {
    List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
    arguments.addAll(List.of("--bootstrap-server", server));
    return Cli.run(arguments.toArray(String[]::new));
  }

  /**
   * @param yaml settings but for the data directory
   */
  ServeProcess serve(String yaml) throws IOException {
    Path config =
        Files.writeString(
            dir.resolve("serve.yaml"), "data: %s\n%s".formatted(dir.resolve("data"), yaml));
    return ServeProcess.start(
        httpPort, dir.resolve("log"), "--bootstrap-server", server, "--config", config.toString());
  }

  /** Every image sent from now on is predicted by that version. */
  void servesAt(ServeProcess serve, String version) throws Exception {
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
        .untilAsserted(
            () ->
                assertThat(predictedBy(version)).isEqualTo(before + SCENE.parts().size() * judged));
  }

  private long predictedBy(String version) throws IOException {
    long count = 0;
    Clients clients = new Clients(new KafkaConfig(server, Map.of()));
    for (ConsumerRecord<byte[], byte[]> record : Committed.read(clients, "predictions")) {
      count += PredictionCodec.decode(record.value()).modelVersion().equals(version) ? 1 : 0;
    }
    return count;
  }

  /** Of a line such as {@code v1-15a7825e: promoted: …}. */
  static String version(String line) {
    return line.substring(0, line.indexOf(':'));
  }
}
