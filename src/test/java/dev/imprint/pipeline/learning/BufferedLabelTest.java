package dev.imprint.pipeline.learning;

import static dev.imprint.pipeline.LearningDriver.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.imprint.event.DeadLetter;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.Verdict;
import dev.imprint.pipeline.LearningDriver;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** The effect of feedback on the buffer: labels and pictures that exist, or cannot. */
class BufferedLabelTest extends LearningDriverSteps {
  private static final Duration WINDOW = LearningConfig.DEFAULTS.labelWindow();

  @Test
  void shouldTakeOutOfTheBufferWhatTurnsOutIncorrect() throws Exception {
    driver.image("7", "7");

    driver.verdict("7", Verdict.CORRECT);
    driver.verdict("7", Verdict.INCORRECT);

    assertThat(driver.labels).isEmpty();
    assertThat(driver.pictures).isEmpty();
  }

  @Test
  void shouldRelabelWhatIsInTheBufferAtAnyAge() throws Exception {
    Claim claim = driver.image("7", "7");
    driver.label("7", "even");
    driver.images.clear(); // gone from its topic, and not needed
    driver.pass(WINDOW.multipliedBy(10));

    driver.label("7", "odd");

    assertThat(driver.labelOf("7").label()).isEqualTo("odd");
    assertThat(driver.labelOf("7").claim()).isEqualTo(claim);
    assertThat(driver.pictures).containsKey("7");
    assertThat(driver.outcomes).hasSize(1);
    assertThat(driver.deadLetters).isEmpty();
  }

  @Test
  void shouldKnowThatAnExampleWasTakenOutOfTheBuffer() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");
    driver.pipe("labels", new TestRecord<>(bytes("7"), null, driver.clock.instant()));
    driver.pictures.clear();

    driver.label("7", "odd");

    assertThat(driver.pictures).containsKey("7");
  }

  @Test
  void shouldTakeThePictureOutOnceTheLeaderTookTheLabelOut() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");

    driver.remove(driver.labelOf("7"));

    assertThat(driver.labels).isEmpty();
    assertThat(driver.pictures).isEmpty();
    driver.label("7", "odd");
    assertThat(driver.pictures).as("it comes back").containsKey("7");
  }

  @Test
  void shouldKeepARelabelThatTheLeaderDidNotKnowWhenItTookTheLabelOut() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");
    Label known = driver.labelOf("7");
    driver.pass(Duration.ofHours(1));
    driver.label("7", "prime");
    Label relabelled = driver.labelOf("7");

    driver.remove(known);

    assertThat(driver.labels).containsEntry("7", relabelled);
    assertThat(driver.pictures).containsKey("7");
  }

  @Test
  void shouldNotBringBackWhatWasForgottenWhenTheLeaderTakesItOut() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");
    Label known = driver.labelOf("7");
    driver.verdict("7", Verdict.FORGET);

    driver.remove(known);

    assertThat(driver.labels).isEmpty();
    assertThat(driver.pictures).isEmpty();
  }

  @Test
  void shouldTakeThePictureOutOnceAnOperatorTookTheLabelOut() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");
    driver.image("8", "8");
    driver.label("8", "even");

    driver.pipe("labels", new TestRecord<>(bytes("7"), null, driver.clock.instant()));

    assertThat(driver.labels).containsOnlyKeys("8");
    assertThat(driver.pictures).containsOnlyKeys("8");
    assertThat(driver.entries(LabelProcessor.AWAITED)).isZero();
  }

  @Test
  void shouldMakeDeadLettersOfWhatIsNoLabelOnTheTopicOfLabels() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");
    byte[] ofAnother = Json.encode(driver.labelOf("7"));
    List<byte[]> bad = List.of(bytes("oops"), bytes("{}"), bytes("[1]"), bytes("null"), ofAnother);

    for (byte[] value : bad) {
      driver.pipe("labels", new TestRecord<>(bytes("8"), value, driver.clock.instant()));
    }

    assertThat(driver.deadLetters)
        .hasSize(bad.size())
        .allSatisfy(
            letter -> {
              assertThat(letter.reason()).isEqualTo("bad_label");
              assertThat(letter.topic()).isEqualTo("labels");
              assertThat(letter.message()).contains("send feedback").doesNotContain("java");
            });
    assertThat(driver.deadRecords)
        .extracting(record -> new String(record.value(), UTF_8))
        .containsExactlyElementsOf(bad.stream().map(value -> new String(value, UTF_8)).toList());
    assertThat(driver.counted.stream().filter("feedback rejected bad_label"::equals))
        .hasSize(bad.size());
    driver.image("8", "8");
    driver.label("8", "even");
    assertThat(driver.labels).containsKey("8");
  }

  @Test
  void shouldMakeDeadLettersOfWhatIsNoPredictionOnTheTopicOfPredictions() throws Exception {
    String whole =
        """
        {"image_id": %s, "confidence": 1, "top": [], "model_version": "v1", "role": "serving",
        "claim": %s, "received_at": "2026-01-02T03:04:05Z", "predicted_at": "2026-01-02T03:04:05Z"}
        """;
    String claim = "{\"topic\": \"images\", \"partition\": 0, \"offset\": 0, \"sha256\": \"00\"}";
    List<String> bad =
        List.of(
            "oops",
            "",
            "{}",
            "null",
            "{\"top\": []}",
            whole.formatted("null", claim),
            whole.formatted("\"8\"", "null"),
            whole.formatted("\"" + "8".repeat(600_000) + "\"", claim));

    for (String value : bad) {
      driver.pipe(
          "predictions", new TestRecord<>(bytes("8"), bytes(value), driver.clock.instant()));
    }
    driver.pipe("predictions", new TestRecord<>(bytes("8"), null, driver.clock.instant()));

    assertThat(driver.deadLetters)
        .hasSize(bad.size() + 1)
        .allSatisfy(
            letter -> {
              assertThat(letter.reason()).isEqualTo("bad_prediction");
              assertThat(letter.topic()).isEqualTo("predictions");
              assertThat(letter.message()).contains("written by Imprint").doesNotContain("java");
            });
    assertThat(driver.counted.stream().filter("feedback rejected bad_prediction"::equals))
        .hasSize(bad.size() + 1);
    driver.image("8", "8");
    driver.label("8", "even");
    assertThat(driver.labels).containsKey("8");
  }

  @Test
  void shouldWriteALabelAgainWhosePlaceOnItsTopicSomethingElseHasTaken() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");
    Label label = driver.labelOf("7");
    driver.labels.clear(); // a reader of the topic finds no label there now
    driver.pipe("labels", new TestRecord<>(bytes("7"), bytes("oops"), driver.clock.instant()));

    assertThat(driver.labels).containsEntry("7", label);
    assertThat(driver.pictures).containsKey("7");
  }

  @Test
  void shouldCountAnOutcomeAndALossIfThePicturesBytesAreGone() throws Exception {
    driver.image("7", "7");
    driver.images.clear();

    driver.label("7", "odd");

    assertThat(driver.outcomes).hasSize(1);
    assertThat(driver.labels).isEmpty();
    assertThat(driver.counted).contains("feedback picture_lost");
  }

  @Test
  void shouldWriteALargePictureAnewAndSayOfWhich() throws Exception {
    driver.close();
    LearningConfig config = new LearningConfig(168, 600, 64 * 1024, 1);
    driver =
        new LearningDriver(state, MODEL, config, LearningDriver.ROOMY, picture -> bytes("small"));
    Claim claim = driver.image("7", "0".repeat(200_000) + "7");

    driver.label("7", "odd");

    assertThat(driver.pictureOf("7").value()).asString().isEqualTo("small");
    assertThat(driver.pictureOf("7").headers().lastHeader("imprint.reencoded").value())
        .asString()
        .isEqualTo(claim.sha256());
  }

  @Test
  void shouldCountALossIfAPictureFitsItsTopicInNoWay() throws Exception {
    driver.close();
    LearningRecords.LearningLimits tiny =
        new LearningRecords.LearningLimits(10_000, 500, 10_000, 10_000);
    driver = new LearningDriver(state, MODEL, LearningConfig.DEFAULTS, tiny, picture -> picture);
    driver.image("7", "0".repeat(600) + "7");

    driver.label("7", "odd");

    assertThat(driver.outcomes).hasSize(1);
    assertThat(driver.labels).isEmpty();
    assertThat(driver.counted).contains("feedback picture_lost");
  }

  /** Small as it is, it was never decoded, and the buffer could not read it. */
  @Test
  void shouldRefuseByItsClaimWhatIsRefusedAsAnImage() throws Exception {
    Claim claim = driver.image("7", "no number");

    driver.label("7", "odd", claim);

    assertThat(driver.labels).isEmpty();
    assertThat(driver.pictures).isEmpty();
    assertThat(driver.deadLetters)
        .extracting(DeadLetter::reason, DeadLetter::message)
        .containsExactly(tuple("broken_image", "not a number"));
    assertThat(driver.counted).contains("feedback rejected broken_image");
  }

  @Test
  void shouldStopNothingIfTheDecoderFailsOnALabelledPicture() throws Exception {
    driver.close();
    LearningConfig config = new LearningConfig(168, 600, 64 * 1024, 1);
    driver =
        new LearningDriver(
            state,
            MODEL,
            config,
            LearningDriver.ROOMY,
            picture -> {
              throw new ArrayIndexOutOfBoundsException(7);
            });
    byte[] large = bytes("0".repeat(70_000));
    Claim unknown = new Claim("images", 0, 99, Sha256.hex(large));
    driver.images.put(unknown, new IncomingImage("9", large, null));
    driver.image("7", "0".repeat(70_000) + "7");

    driver.label("9", "odd", unknown);
    driver.label("7", "odd");

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("broken_image");
    assertThat(driver.counted).contains("feedback picture_lost");
    assertThat(driver.labels).isEmpty();
  }
}
