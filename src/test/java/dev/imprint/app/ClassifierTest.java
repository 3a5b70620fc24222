package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.PredictionCodec;
import dev.imprint.model.Prediction;
import dev.imprint.model.head.Score;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A complete classifier, which knows red, green and blue, serves from the first picture until a
 * head is better.
 */
@SuppressWarnings("NullAway.Init")
@Timeout(300)
class ClassifierTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path COLORS = Path.of("src/test/resources/keras/colors.keras");
  private static final int RED = 0xc02020;
  private static final int BLUE = 0x2030c0;
  private static final int GOLD = 0xc0a020;
  private static final int EACH = 40;

  @TempDir private Path dir;

  private final Random random = new Random(5);
  private EmbeddedBroker broker;
  private Path config;

  @BeforeEach
  void start() throws IOException {
    broker = EmbeddedBroker.start(dir.resolve("broker"), 0);
    Files.copy(COLORS, dir.resolve("colors.keras"));
    Files.writeString(dir.resolve("labels.txt"), "red\ngreen\nblue\n");
    Path backbone =
        Files.writeString(
            dir.resolve("colors.yaml"), "file: colors.keras\ninput_size: 8\nlabels: labels.txt\n");
    config =
        Files.writeString(
            dir.resolve("imprint.yaml"),
            """
            data: %s
            backbone: %s
            training: {new_labels: 0, max_wait_minutes: 0}
            """
                .formatted(dir.resolve("data"), backbone));
    draw("known/red", RED);
    draw("known/blue", BLUE);
    draw("new/gold", GOLD);
    assertThat(imprint("topics create").exitCode()).isZero();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void shouldServeBeforeFeedbackUntilAHeadBeatsIt() throws Exception {
    try (ServeProcess serve = serve()) {
      List<Prediction> first = predictions("send " + dir.resolve("known"), 2 * EACH);
      assertThat(first)
          .allSatisfy(
              prediction -> {
                assertThat(prediction.modelVersion()).matches("classifier-[0-9a-f]{12}");
                assertThat(prediction.label())
                    .isEqualTo(prediction.imageId().replaceFirst("/.*", ""));
                assertThat(prediction.top())
                    .extracting(Score::label)
                    .containsExactlyInAnyOrder("red", "green", "blue");
              });
      String classifier = first.get(0).modelVersion();
      isSaidToServe(classifier);

      assertThat(imprint("send --label-by-folder " + dir.resolve("known")).exitCode()).isZero();
      Cli equal = imprint("retrain --wait --timeout 120");
      assertThat(equal.exitCode()).as(equal.err()).isEqualTo(3);
      assertThat(equal.err()).contains("the bundled classifier must be beaten first");

      assertThat(imprint("send --label-by-folder " + dir.resolve("new")).exitCode()).isZero();
      Cli better = imprint("retrain --wait --timeout 120");
      assertThat(better.exitCode()).as(better.err()).isZero();
      assertThat(better.out()).contains(": promoted: ").contains("new: 'gold'");

      String head = better.out().substring(0, better.out().indexOf(':'));
      await()
          .atMost(PATIENCE)
          .until(() -> serve.body("/metrics").contains("version=\"%s\"".formatted(head)));
      assertThat(predictions("send " + dir.resolve("new"), 4 * EACH + 2 * EACH))
          .extracting(Prediction::modelVersion)
          .contains(classifier, head);
      Cli named =
          imprint("evaluate --version-name %s %s".formatted(classifier, dir.resolve("known")));
      assertThat(named.out())
          .startsWith(classifier + " on 80 pictures: accuracy 1.000 (0.954 to 1.000)\n")
          .contains("\nmacro F1        1.000 (0.9", "\nIn parentheses: 95 % intervals.\n");
      serve.terminate();
    }
  }

  private void isSaidToServe(String classifier) throws IOException {
    assertThat(imprint("models list").err())
        .contains(classifier + " serves until a version is promoted")
        .contains("3 labels");
    JsonNode evaluated = imprint("evaluate --json " + dir.resolve("known")).json();
    assertThat(evaluated.get("model_version").asText()).isEqualTo(classifier);
    assertThat(evaluated.get("accuracy").asDouble()).isEqualTo(1);
  }

  /** All predictions, once this command has led to this many. */
  private List<Prediction> predictions(String command, int count) {
    Cli sent = imprint(command);
    assertThat(sent.exitCode()).as(sent.err()).isZero();
    Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
    return await()
        .atMost(PATIENCE)
        .until(() -> decoded(Committed.read(clients, "predictions")), all -> all.size() == count);
  }

  private static List<Prediction> decoded(List<ConsumerRecord<byte[], byte[]>> records)
      throws IOException {
    List<Prediction> predictions = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      predictions.add(PredictionCodec.decode(record.value()));
    }
    return predictions;
  }

  private ServeProcess serve() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = socket.getLocalPort();
      socket.close();
      return ServeProcess.start(
          port,
          dir.resolve("log"),
          "--bootstrap-server",
          broker.bootstrapServers(),
          "--config",
          config.toString());
    }
  }

  /** Pictures of this color, each slightly different. */
  private void draw(String folder, int color) throws IOException {
    Path label = Files.createDirectories(dir.resolve(folder));
    for (int i = 0; i < EACH; i++) {
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      int own = color ^ random.nextInt(16) ^ random.nextInt(16) << 8 ^ random.nextInt(16) << 16;
      for (int pixel = 0; pixel < 256; pixel++) {
        image.setRGB(pixel % 16, pixel / 16, own);
      }
      ImageIO.write(image, "png", label.resolve(i + ".png").toFile());
    }
  }

  private Cli imprint(String command) {
    List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
    arguments.addAll(
        List.of("--bootstrap-server", broker.bootstrapServers(), "--config", config.toString()));
    return Cli.run(arguments.toArray(String[]::new));
  }
}
