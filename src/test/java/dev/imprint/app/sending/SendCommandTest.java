package dev.imprint.app.sending;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.app.BlankPicture;
import dev.imprint.app.Cli;
import dev.imprint.app.CommandSteps;
import dev.imprint.app.Committed;
import dev.imprint.event.FeedbackCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Sends pictures and labels, with a broker. */
class SendCommandTest extends CommandSteps {
  private static final int MAX_BYTES = 5_000;

  SendCommandTest() {
    super(MAX_BYTES);
  }

  @Test
  void shouldSendFilesUnderTheirRelativePathsAndReportWhatItCannot() throws Exception {
    settings.run("topics create");
    Path belt = Files.createDirectories(dir.resolve("belt/nut"));
    byte[] picture = BlankPicture.encoded("png");
    Files.write(belt.resolve("ä 1.png"), picture);
    Files.write(belt.resolve("2.jpg"), BlankPicture.encoded("jpg"));
    Files.writeString(belt.resolve("readme.txt"), "not a picture");
    Files.write(belt.resolve("huge.png"), Arrays.copyOf(picture, MAX_BYTES + 1));
    Files.write(belt.resolve("none.png"), new byte[0]);
    Path single = Files.write(dir.resolve("bolt.gif"), BlankPicture.encoded("gif"));

    Cli sent =
        Cli.run(
            "send", "--config", settings.file().toString(), "" + dir.resolve("belt"), "" + single);

    assertThat(sent.exitCode()).isEqualTo(1);
    assertThat(sent.out()).startsWith("sent 3 of 6 images to " + topics.images());
    assertThat(sent.err().lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("readme.txt: not sent: not an image"))
        .anyMatch(
            line -> line.contains("huge.png: not sent: 5001 bytes, more than images.max_bytes"))
        .anyMatch(line -> line.contains("none.png: not sent: empty"));
    List<ConsumerRecord<byte[], byte[]>> images = Committed.read(broker.clients(), topics.images());
    assertThat(images)
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactlyInAnyOrder("nut/ä 1.png", "nut/2.jpg", "bolt.gif");
    assertThat(images).anyMatch(record -> Arrays.equals(record.value(), picture));
  }

  @Test
  void shouldSendLabelsInTheFormInWhichTheyAreLearned() throws Exception {
    settings.run("topics create --partitions 1");
    Path decomposed = Files.createDirectories(dir.resolve("parts/cafe\u0301"));
    Path unseen = Files.createDirectories(dir.resolve("parts/nut\u200b"));
    Files.write(decomposed.resolve("1.png"), BlankPicture.encoded("png"));
    Files.write(unseen.resolve("2.png"), BlankPicture.encoded("png"));

    Cli sent =
        Cli.run(
            "send",
            "--label-by-folder",
            "--config",
            "" + settings.file(),
            "" + dir.resolve("parts"));
    Cli labelled = settings.run("label 3 nut\u200b");

    assertThat(sent.err())
        .contains("its folder's name has an invisible character (U+200B, number 4)");
    assertThat(labelled.exitCode()).isEqualTo(2);
    assertThat(labelled.err()).contains("LABEL has an invisible character");
    assertThat(Committed.read(broker.clients(), topics.feedback()))
        .extracting(record -> FeedbackCodec.read(record.key(), record.value()).label())
        .containsExactly("caf\u00e9");
  }

  @Test
  void shouldSendAtTheRateAsked() throws IOException {
    settings.run("topics create");
    Path folder = Files.createDirectories(dir.resolve("many"));
    for (int i = 0; i < 11; i++) {
      Files.write(folder.resolve(i + ".png"), BlankPicture.encoded("png"));
    }

    long start = System.nanoTime();
    Cli sent =
        Cli.run("send", "--config", settings.file().toString(), "--rate", "20", folder.toString());

    assertThat(sent.exitCode()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  void shouldSendAnImageFromStandardInputUnderTheIdGiven() throws Exception {
    settings.run("topics create");
    byte[] picture = BlankPicture.encoded("png");
    InputStream stdin = System.in;
    Cli sent;
    try {
      System.setIn(new ByteArrayInputStream(picture));
      sent = settings.run("send - --id cam-1/17");
    } finally {
      System.setIn(stdin);
    }

    assertThat(sent.exitCode()).as(sent.err()).isZero();
    assertThat(Committed.read(broker.clients(), topics.images()))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(new String(record.key(), UTF_8)).isEqualTo("cam-1/17");
              assertThat(record.value()).isEqualTo(picture);
            });
    assertThat(settings.run("send -").exitCode()).isEqualTo(2);
  }

  @Test
  void shouldSendWhatArrivesInAFolderUntilItIsStopped() throws Exception {
    settings.run("topics create");
    Path folder = Files.createDirectories(dir.resolve("inbox"));
    Thread sending = new Thread(() -> settings.run("send --watch " + folder));
    sending.start();
    Files.write(folder.resolve("1.png"), BlankPicture.encoded("png"));

    await()
        .atMost(60, SECONDS)
        .until(() -> Committed.read(broker.clients(), topics.images()).size() == 1);
    sending.interrupt();
    sending.join();
  }

  @Test
  void shouldNotSendTwoFilesOfOneId() throws IOException {
    settings.run("topics create");
    for (String folder : List.of("a", "b")) {
      Files.write(
          Files.createDirectories(dir.resolve(folder)).resolve("1.png"),
          BlankPicture.encoded("png"));
    }

    Cli sent =
        Cli.run(
            "send",
            "--config",
            settings.file().toString(),
            "" + dir.resolve("a"),
            "" + dir.resolve("b"));

    assertThat(sent.exitCode()).isEqualTo(1);
    assertThat(sent.err()).contains("would both have the id 1.png");
    assertThat(Committed.read(broker.clients(), topics.images())).isEmpty();
  }
}
