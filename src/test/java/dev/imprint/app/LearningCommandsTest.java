package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.rollout.OpenBackbones;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands about labels and versions against a broker, with no service behind it. */
@SuppressWarnings("NullAway.Init")
class LearningCommandsTest {

  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  @TempDir private Path dir;
  private CliSettings settings;
  private Topics topics;

  @BeforeEach
  void configure() throws Exception {
    settings = CliSettings.write(broker, dir, 1_000_000);
    topics = settings.topics();
    assertThat(settings.run("topics create").exitCode()).isZero();
  }

  @Test
  void shouldSayWhatAnImageShows() throws Exception {
    Cli labelled = settings.run("label belt-1 nut --who anna --why wrong");
    Cli judged = settings.run("label belt-2 --correct");

    assertThat(labelled.exitCode()).as(labelled.err()).isZero();
    assertThat(judged.exitCode()).as(judged.err()).isZero();
    List<Feedback> sent = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        Committed.read(broker.clients(), topics.feedback())) {
      sent.add(FeedbackCodec.read(record.key(), record.value()));
    }
    assertThat(sent)
        .extracting(Feedback::imageId, Feedback::label, Feedback::verdict, Feedback::why)
        .containsExactlyInAnyOrder(
            tuple("belt-1", "nut", null, Why.WRONG),
            tuple("belt-2", null, Verdict.CORRECT, Why.OTHER));
  }

  @Test
  void shouldLabelEachImageByItsFolderWithAClaimThatFindsIt() throws Exception {
    byte[] picture = BlankPicture.encoded("png");
    Path file =
        Files.write(Files.createDirectories(dir.resolve("belt/nut")).resolve("1.png"), picture);
    Files.writeString(dir.resolve("belt/nut/readme.txt"), "not a picture");

    Cli sent = settings.run("send --label-by-folder " + dir.resolve("belt"));

    assertThat(sent.exitCode()).isEqualTo(1);
    assertThat(sent.out()).startsWith("sent 1 of 2 images with their labels to");
    ConsumerRecord<byte[], byte[]> image = Committed.read(broker.clients(), topics.images()).get(0);
    assertThat(Committed.read(broker.clients(), topics.feedback())).hasSize(1);
    ConsumerRecord<byte[], byte[]> record =
        Committed.read(broker.clients(), topics.feedback()).get(0);
    Feedback feedback = FeedbackCodec.read(record.key(), record.value());
    assertThat(feedback.imageId()).isEqualTo("nut/" + file.getFileName());
    assertThat(feedback.label()).isEqualTo("nut");
    assertThat(feedback.claim())
        .isEqualTo(
            new Claim(image.topic(), image.partition(), image.offset(), Sha256.hex(picture)));
  }

  @Test
  void shouldSayThatNobodyAnswersACommand() {
    Cli asked = settings.run("retrain");
    Cli waited = settings.run("retrain --wait --timeout 1");

    assertThat(asked.exitCode()).isZero();
    assertThat(asked.out()).startsWith("asked: ");
    assertThat(waited.exitCode()).isEqualTo(1);
    assertThat(waited.err()).contains("no answer after 1 s: is a service running");
  }

  @Test
  void shouldRefuseDecisionsThatThereIsNothingFor() throws Exception {
    assertThat(new JsonMapper().readTree(settings.run("models list --json").out())).isEmpty();
    assertThat(settings.run("models show").err()).contains("no version serves yet");
    assertThat(settings.run("models show v1-ab").err()).contains("there is no version v1-ab");
    for (Cli refused :
        List.of(settings.run("models rollback"), settings.run("models promote v1-ab"))) {
      assertThat(refused.exitCode()).isEqualTo(3);
      assertThat(refused.err()).startsWith("refused: ");
    }
  }

  @Test
  void shouldListAndDecideWhereTheBackbonesFileIsNot() throws Exception {
    Files.writeString(settings.file(), "backbone: nowhere.yaml\n", StandardOpenOption.APPEND);
    broker.send(topics.models(), "v1-ab".getBytes(UTF_8), "{}".getBytes(UTF_8));

    Cli listed = settings.run("models list");
    assertThat(listed.exitCode()).as(listed.err()).isZero();
    assertThat(listed.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("v1-ab cannot be read: "),
            line ->
                assertThat(line)
                    .startsWith("whether a classifier serves first cannot be told: backbone is"));

    assertThat(settings.run("models rollback").err())
        .contains("backbone is nowhere.yaml: there is no backbone description nowhere.yaml");
    byte[] announced = Json.encode(new OpenBackbones("0123456789ab", null));
    broker.send(topics.models(), Topics.BACKBONES_KEY.getBytes(UTF_8), announced);
    assertThat(settings.run("models rollback").err())
        .startsWith("refused: nothing has been rolled out yet");
  }
}
