package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.Role;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.rollout.OpenBackbones;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands for labels and versions with a broker, but no service behind it. */
class LearningCommandsTest extends CommandSteps {
  LearningCommandsTest() {
    super(1_000_000);
  }

  @BeforeEach
  void createTopics() {
    assertThat(settings.run("topics create").exitCode()).isZero();
  }

  @Test
  void shouldSayWhatAnImageShows() throws Exception {
    Cli labelled = settings.run("label belt-1 nut --who anna --why wrong");
    Cli judged = settings.run("label belt-2 --correct");

    assertThat(labelled.exitCode()).as(labelled.err()).isZero();
    assertThat(labelled.out()).startsWith("belt-1: 'nut', sent to " + topics.feedback() + "-");
    assertThat(judged.out()).startsWith("belt-2: the predicted label is right, sent to ");
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
  void shouldWaitUntilALabelIsInTheBufferOrRefused() throws Exception {
    try (Answering service = new Answering()) {
      Cli taken = settings.run("label belt-1 nut --wait --timeout 20");
      Cli refused = settings.run("label unknown nut --wait --timeout 20");
      Cli wrong = settings.run("label belt-1 --incorrect --wait --timeout 20");
      Cli forgotten = settings.run("label belt-1 --forget --wait --timeout 20");

      assertThat(taken.exitCode()).as(taken.err()).isZero();
      assertThat(taken.out().strip()).isEqualTo("belt-1: labelled 'nut'");
      assertThat(refused.exitCode()).isEqualTo(3);
      assertThat(refused.err()).contains("unknown: refused: unknown_image: there is no such image");
      assertThat(wrong.out().strip()).isEqualTo("belt-1: counted as wrong");
      assertThat(forgotten.out().strip()).isEqualTo("belt-1: forgotten");
      service.close();
    }
    broker.send(
        topics.labels(), "belt-3".getBytes(UTF_8), label("belt-3", new Claim("f", 0, 0, "")));

    Cli repeated = settings.run("label belt-3 nut --wait --timeout 1");
    Cli unanswered = settings.run("label belt-4 nut --wait --timeout 1");

    assertThat(repeated.out().strip()).isEqualTo("belt-3: already labelled 'nut'");
    assertThat(unanswered.exitCode()).isEqualTo(1);
    assertThat(unanswered.err()).contains("belt-4: not processed after 1 s: is a service running");
  }

  private static byte[] label(String id, Claim feedback) {
    return Json.encode(
        new Label(id, "nut", new Claim("images", 0, 0, ""), null, "anna", Instant.EPOCH, feedback));
  }

  /** Processes feedback like the service, as far as its topics show. */
  private final class Answering implements AutoCloseable {
    private final Thread thread = new Thread(this::run, "answering");
    private volatile boolean closed;

    Answering() {
      thread.start();
    }

    private void run() {
      try (Consumer<byte[], byte[]> consumer = broker.clients().consumer(Map.of())) {
        List<TopicPartition> partitions = Clients.partitions(consumer, topics.feedback());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (!closed) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            answer(record);
          }
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private void answer(ConsumerRecord<byte[], byte[]> record) throws Exception {
      Feedback feedback = FeedbackCodec.read(record.key(), record.value());
      String id = feedback.imageId();
      Instant at = Objects.requireNonNull(feedback.at());
      if (id.equals("unknown")) {
        DeadLetter letter =
            new DeadLetter(
                "unknown_image",
                "there is no such image",
                record.topic(),
                record.partition(),
                record.offset(),
                at,
                1);
        try (Producer<byte[], byte[]> producer = broker.clients().producer(1_000_000)) {
          producer
              .send(
                  new ProducerRecord<>(
                      topics.feedbackDlq(),
                      null,
                      record.key(),
                      record.value(),
                      letter.headers(new RecordHeaders())))
              .get();
        }
      } else if (feedback.verdict() == Verdict.FORGET) {
        broker.send(topics.labels(), record.key(), null);
      } else if (feedback.verdict() == Verdict.INCORRECT) {
        Outcome outcome =
            new Outcome(id, "gear", null, 0.5f, "v1", Role.SERVING, null, Why.OTHER, at, false);
        broker.send(topics.outcomes(), record.key(), Json.encode(outcome));
      } else {
        Claim claim = new Claim(record.topic(), record.partition(), record.offset(), "");
        broker.send(topics.labels(), record.key(), label(id, claim));
      }
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      thread.join();
    }
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
  void shouldShowHowTheServiceStandsOnOneScreen() throws Exception {
    broker.send(topics.labels(), "a".getBytes(UTF_8), label("a", new Claim("f", 0, 0, "")));
    broker.send(topics.labels(), "b".getBytes(UTF_8), label("b", new Claim("f", 0, 1, "")));
    broker.send(topics.labels(), "b".getBytes(UTF_8), null);
    broker.send(topics.images(), "a".getBytes(UTF_8), new byte[] {1});

    Cli status = settings.run("status");

    assertThat(status.exitCode()).as(status.err()).isZero();
    assertThat(status.outLines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("serving    no version yet"),
            line -> assertThat(line).isEqualTo("labels     1 picture: nut 1"),
            line ->
                assertThat(line)
                    .isEqualTo("lag        1 image to classify, 0 feedback records to process"),
            line -> assertThat(line).isEqualTo("verdict    none: nothing has been trained"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "training   as soon as there are enough labels for a first version (1 so"
                            + " far)"),
            line ->
                assertThat(line)
                    .isEqualTo("fine-tune  only on command: imprint retrain --fine-tune"),
            line -> assertThat(line).startsWith("health     "));
    assertThat(settings.run("status --json").json().at("/labels/nut").asInt()).isEqualTo(1);
  }

  @Test
  void shouldShowWhyTheNetworkIsNotFineTunedYet() throws Exception {
    broker.send(topics.labels(), "a".getBytes(UTF_8), label("a", new Claim("f", 0, 0, "")));
    Files.writeString(
        settings.file(), "training: {fine_tune: {when: auto}}", StandardOpenOption.APPEND);

    assertThat(settings.run("status --json").json().get("next_fine_tuning").asText())
        .startsWith("once 1000 labels are new to the network (1 so far) and the last 3 heads have")
        .endsWith("(0 trained so far)");
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
                    .startsWith(
                        "cannot tell whether a bundled classifier serves first: backbone" + " is"));

    assertThat(settings.run("models rollback").err())
        .contains("backbone is nowhere.yaml: there is no backbone description nowhere.yaml");
    byte[] announced = Json.encode(new OpenBackbones("0123456789ab", null));
    broker.send(topics.models(), Topics.BACKBONES_KEY.getBytes(UTF_8), announced);
    assertThat(settings.run("models rollback").err())
        .startsWith("refused: nothing has been rolled out yet");
  }
}
