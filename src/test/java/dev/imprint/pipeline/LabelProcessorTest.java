package dev.imprint.pipeline;

import static dev.imprint.pipeline.LearningDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.DeadLetter;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.Role;
import dev.imprint.model.ServingModel;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which feedback and its image can meet, or miss each other. */
class LabelProcessorTest {
  private static final ServingModel MODEL = ParityModel.serving(new ParityModel(batch -> {}));
  private static final Duration WAIT = LearningConfig.DEFAULTS.feedbackWait();
  private static final Duration WINDOW = LearningConfig.DEFAULTS.labelWindow();

  @TempDir private Path state;

  @SuppressWarnings("NullAway.Init")
  private LearningDriver driver;

  @BeforeEach
  void start() {
    driver = new LearningDriver(state);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldMakeAnOutcomeALabelAndAPictureOfALabel() throws Exception {
    Claim claim = driver.image("7", "7");

    driver.label("7", "even");

    assertThat(driver.outcomes)
        .singleElement()
        .usingRecursiveComparison()
        .ignoringFields("confidence")
        .isEqualTo(
            new Outcome(
                "7",
                "odd",
                "even",
                1,
                "parity-1",
                Role.SERVING,
                "anna",
                Why.RANDOM,
                LearningDriver.START));
    Label label = driver.labelOf("7");
    assertThat(label.label()).isEqualTo("even");
    assertThat(label.claim()).isEqualTo(claim);
    assertThat(label.who()).isEqualTo("anna");
    assertThat(label.labelledAt()).isEqualTo(LearningDriver.START);
    Feedback said = new Feedback("7", "even", null, null, "anna", Why.RANDOM, null);
    assertThat(label.feedback())
        .isEqualTo(new Claim("feedback", 0, 0, Sha256.hex(FeedbackCodec.encode(said))));
    assertThat(driver.pictureOf("7").value()).asString().isEqualTo("7");
    assertThat(driver.counted).contains("feedback labelled", "outcome WRONG");
  }

  @Test
  void shouldTakeThePredictedLabelForCorrect() throws Exception {
    driver.image("7", "7");

    driver.verdict("7", Verdict.CORRECT);

    assertThat(driver.labelOf("7").label()).isEqualTo("odd");
    assertThat(driver.outcomes).extracting(Outcome::result).containsExactly(Outcome.Result.RIGHT);
  }

  @Test
  void shouldMakeAnOutcomeButNoExampleOfIncorrect() throws Exception {
    driver.image("7", "7");

    driver.verdict("7", Verdict.INCORRECT);

    assertThat(driver.outcomes).extracting(Outcome::actual).containsExactly((String) null);
    assertThat(driver.outcomes).extracting(Outcome::result).containsExactly(Outcome.Result.WRONG);
    assertThat(driver.labelsWritten + driver.picturesWritten).isZero();
    assertThat(driver.counted).contains("feedback judged");
  }

  @Test
  void shouldMakeADeadLetterOfAVerdictOnAnImageWithoutAPredictedLabel() throws Exception {
    driver.close();
    driver =
        new LearningDriver(
            state,
            ServingModel.withoutHead(new ParityModel(batch -> {})),
            LearningConfig.DEFAULTS,
            LearningDriver.ROOMY,
            picture -> picture);
    driver.image("7", "7");

    driver.verdict("7", Verdict.CORRECT);
    driver.label("7", "odd");

    assertThat(driver.deadLetters)
        .extracting(DeadLetter::reason)
        .containsExactly("no_predicted_label");
    assertThat(driver.outcomes)
        .extracting(Outcome::result)
        .containsExactly(Outcome.Result.ABSTAINED);
    assertThat(driver.labelOf("7").label()).isEqualTo("odd");
  }

  @Test
  void shouldLetEarlyFeedbackWaitForItsImage() throws Exception {
    driver.label("7", "odd");
    driver.pass(Duration.ofMinutes(5));
    assertThat(driver.outcomes).isEmpty();

    driver.image("7", "7");

    assertThat(driver.labelOf("7").label()).isEqualTo("odd");
    assertThat(driver.outcomes).hasSize(1);
    driver.pass(WAIT.multipliedBy(2));
    assertThat(driver.deadLetters).isEmpty();
    assertThat(driver.entries(LabelProcessor.WAITING)).isZero();
  }

  @Test
  void shouldNotLetFeedbackWaitBeyondTheWait() throws Exception {
    driver.close();
    LearningConfig fourMinutes = new LearningConfig(168, 240, 1 << 20);
    driver =
        new LearningDriver(state, MODEL, fourMinutes, LearningDriver.ROOMY, picture -> picture);
    driver.label("7", "odd");
    driver.pass(Duration.ofMinutes(5));

    driver.image("7", "7");

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("no_such_image");
    assertThat(driver.labels).isEmpty();
  }

  @Test
  void shouldMakeADeadLetterOfFeedbackThatNeverFindsAnImageWhileTheStreamIsIdle() throws Exception {
    byte[] original = bytes("{\"label\": \"odd\"}");
    var headers = new RecordHeaders().add("from", bytes("page"));
    driver.pipe(
        "feedback", new TestRecord<>(bytes("nobody"), original, headers, driver.clock.instant()));
    driver.pass(WAIT.minusSeconds(1));
    assertThat(driver.deadLetters).isEmpty();

    driver.pass(Duration.ofSeconds(2));

    assertThat(driver.deadLetters).hasSize(1);
    DeadLetter letter = driver.deadLetters.get(0);
    assertThat(letter.reason()).isEqualTo("no_such_image");
    assertThat(letter.topic()).isEqualTo("feedback");
    assertThat(letter.offset()).isZero();
    assertThat(driver.deadRecords.get(0).value()).isEqualTo(original);
    assertThat(driver.deadRecords.get(0).headers().lastHeader("from").value())
        .isEqualTo(bytes("page"));
    assertThat(driver.counted).contains("feedback rejected no_such_image");
    assertThat(driver.entries(LabelProcessor.WAITING)).isZero();
  }

  @Test
  void shouldTakeLateFeedbackWithinTheLabelWindow() throws Exception {
    driver.image("7", "7");
    driver.pass(WINDOW.minusHours(1));

    driver.label("7", "odd");

    assertThat(driver.labels).containsKey("7");
    assertThat(driver.outcomes).hasSize(1);
  }

  @Test
  void shouldForgetAPredictionBeyondTheLabelWindow() throws Exception {
    driver.image("7", "7");
    driver.pass(WINDOW.plusHours(1));

    driver.label("7", "odd");
    driver.pass(WAIT.plusSeconds(1));

    assertThat(driver.outcomes).isEmpty();
    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("no_such_image");
  }

  @Test
  void shouldTakeFeedbackWithAClaimBeyondTheLabelWindow() throws Exception {
    Claim claim = driver.image("7", "7");
    driver.pass(WINDOW.plusHours(1));

    driver.label("7", "odd", claim);
    driver.pass(WAIT.plusSeconds(1));

    assertThat(driver.labelOf("7").claim()).isEqualTo(claim);
    assertThat(driver.pictures).containsKey("7");
    assertThat(driver.outcomes).isEmpty();
    assertThat(driver.deadLetters).isEmpty();
    assertThat(driver.counted).containsOnlyOnce("feedback labelled");
  }

  @Test
  void shouldStillMakeAnOutcomeIfFeedbackWithAClaimOvertakesItsPrediction() throws Exception {
    Claim claim = new Claim("images", 0, 0, Sha256.hex(bytes("7")));
    driver.images.put(claim, new IncomingImage("7", bytes("7"), null));
    driver.label("7", "odd", claim);
    assertThat(driver.labels).containsKey("7");
    assertThat(driver.outcomes).isEmpty();

    driver.image("7", "7");

    assertThat(driver.outcomes).hasSize(1);
    assertThat(driver.labelsWritten).isEqualTo(1);
  }

  @Test
  void shouldMakeADeadLetterOfAClaimWhosePictureIsGoneIfNoPredictionIsKnown() throws Exception {
    Claim claim = driver.image("7", "7");
    driver.images.clear();
    driver.pass(WINDOW.plusHours(1));

    driver.label("7", "odd", claim);
    driver.pass(WAIT.plusSeconds(1));

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("no_such_image");
    assertThat(driver.labels).isEmpty();
  }

  @Test
  void shouldRefuseAClaimOfAnotherImage() throws Exception {
    Claim other = driver.image("8", "8");

    driver.label("7", "odd", other);

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("no_such_image");
    assertThat(driver.deadLetters.get(0).message()).contains("'8'");
    assertThat(driver.labels).isEmpty();
  }

  @Test
  void shouldRefuseAClaimOnAnotherTopic() throws Exception {
    driver.label("7", "odd", new Claim("secrets", 0, 0, Sha256.hex(bytes("7"))));

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("bad_feedback");
  }

  @Test
  void shouldTakeRepeatedFeedbackOnce() throws Exception {
    driver.image("7", "7");

    driver.label("7", "odd");
    driver.label("7", "odd");

    assertThat(driver.outcomes).hasSize(1);
    assertThat(driver.labelsWritten).isEqualTo(1);
    assertThat(driver.picturesWritten).isEqualTo(1);
    assertThat(driver.counted).contains("feedback repeated");
  }

  @Test
  void shouldLetTheLastOfContradictingFeedbackWin() throws Exception {
    driver.image("7", "7");

    driver.label("7", "odd");
    driver.label("7", "even");

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
    assertThat(driver.picturesWritten).isEqualTo(1);
    assertThat(driver.outcomes).extracting(Outcome::actual).containsExactly("odd", "even");
    assertThat(driver.counted).contains("feedback relabelled");
  }

  @Test
  void shouldLetTheLastOfContradictingEarlyFeedbackWin() throws Exception {
    driver.label("7", "odd");
    driver.pass(Duration.ofSeconds(1));
    driver.label("7", "even");

    driver.image("7", "7");

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
  }

  @Test
  void shouldNotLetEarlyFeedbackOverruleALaterLabelWithAClaim() throws Exception {
    Claim claim = new Claim("images", 0, 0, Sha256.hex(bytes("7")));
    driver.images.put(claim, new IncomingImage("7", bytes("7"), null));
    driver.label("7", "odd");
    driver.label("7", "even", claim);

    driver.image("7", "7");

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
    assertThat(driver.outcomes).extracting(Outcome::actual).containsExactly("odd", "even");
    assertThat(driver.entries(LabelProcessor.WAITING)).isZero();
  }

  @Test
  void shouldMakeAnOutcomeOfARelabelThatOvertakesThePrediction() throws Exception {
    Claim claim = new Claim("images", 0, 0, Sha256.hex(bytes("7")));
    driver.images.put(claim, new IncomingImage("7", bytes("7"), null));
    driver.label("7", "odd", claim);
    driver.label("7", "even");

    driver.image("7", "7");

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
    assertThat(driver.labelsWritten).isEqualTo(2);
    assertThat(driver.outcomes).extracting(Outcome::actual).containsExactly("odd", "even");
  }

  @Test
  void shouldTakeOutOfTheBufferWhatTurnsOutIncorrect() throws Exception {
    driver.image("7", "7");

    driver.verdict("7", Verdict.CORRECT);
    driver.verdict("7", Verdict.INCORRECT);

    assertThat(driver.labels).isEmpty();
    assertThat(driver.pictures).isEmpty();
  }

  @Test
  void shouldReplaceTheExampleOfAnIdThatIsUsedAgain() throws Exception {
    driver.image("x", "7");
    driver.label("x", "odd");

    Claim second = driver.image("x", "8");
    driver.label("x", "even");

    assertThat(driver.labelOf("x").claim()).isEqualTo(second);
    assertThat(driver.labelOf("x").label()).isEqualTo("even");
    assertThat(driver.pictureOf("x").value()).asString().isEqualTo("8");
    assertThat(driver.outcomes).extracting(Outcome::predicted).containsExactly("odd", "even");
  }

  @Test
  void shouldLetTheClaimDecideIfAnIdWasUsedTwice() throws Exception {
    Claim first = driver.image("x", "7");
    driver.image("x", "8"); // in the same millisecond

    driver.label("x", "odd", first);

    assertThat(driver.labelOf("x").claim()).isEqualTo(first);
    assertThat(driver.pictureOf("x").value()).asString().isEqualTo("7");
    assertThat(driver.outcomes).extracting(Outcome::predicted).containsExactly("odd");
  }

  @Test
  void shouldTakeTheNewestIfAnIdWasUsedTwiceAndThereIsNoClaim() throws Exception {
    driver.image("x", "7");
    Claim second = driver.image("x", "8");

    driver.label("x", "even");

    assertThat(driver.labelOf("x").claim()).isEqualTo(second);
    assertThat(driver.outcomes).extracting(Outcome::predicted).containsExactly("even");
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
  void shouldForgetWhatIsInTheBufferAtAnyAge() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");
    driver.pass(WINDOW.multipliedBy(10));

    driver.verdict("7", Verdict.FORGET);

    assertThat(driver.labels).isEmpty();
    assertThat(driver.pictures).isEmpty();
    assertThat(driver.entries(LabelProcessor.BUFFER)).isZero();
    assertThat(driver.counted).contains("feedback forgotten");
  }

  @Test
  void shouldForgetAnUnknownImageWithoutComplaint() throws Exception {
    driver.verdict("nobody", Verdict.FORGET);
    driver.pass(WAIT.plusSeconds(1));

    assertThat(driver.deadLetters).isEmpty();
    assertThat(driver.labels).isEmpty();
  }

  @Test
  void shouldForgetFeedbackThatWaitsTogetherWithItsImage() throws Exception {
    driver.label("7", "odd");
    driver.verdict("7", Verdict.FORGET);

    driver.image("7", "7");

    assertThat(driver.labels).isEmpty();
  }

  @Test
  void shouldLabelAgainWhatWasForgotten() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");
    driver.verdict("7", Verdict.FORGET);

    driver.label("7", "odd");

    assertThat(driver.labels).containsKey("7");
    assertThat(driver.pictures).containsKey("7");
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
  void shouldPassOverWhatIsNoLabelOnTheTopicOfLabels() throws Exception {
    driver.pipe("labels", new TestRecord<>(bytes("7"), bytes("oops"), driver.clock.instant()));
    driver.pipe("labels", new TestRecord<>(bytes("7"), bytes("{}"), driver.clock.instant()));
    driver.image("7", "7");

    driver.label("7", "odd");

    assertThat(driver.labels).containsKey("7");
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
  void shouldNotMindAnImageStamped48HoursAhead() throws Exception {
    driver.image("7", "7", driver.clock.instant().plus(Duration.ofHours(48)));
    driver.image("8", "8");

    driver.label("7", "odd");
    driver.label("8", "even");

    assertThat(driver.labels).containsOnlyKeys("7", "8");
    driver.label("9", "odd");
    driver.pass(WAIT.minusSeconds(1));
    assertThat(driver.deadLetters).isEmpty();
    driver.image("9", "9");
    assertThat(driver.labels).containsKey("9");
  }

  @Test
  void shouldNotMindAnImageStamped48HoursBehind() throws Exception {
    driver.image("8", "8");
    driver.image("7", "7", driver.clock.instant().minus(Duration.ofHours(48)));

    driver.label("7", "odd");

    assertThat(driver.labels).containsOnlyKeys("7");
  }

  @Test
  void shouldTakeTheSameRecordOfFeedbackOnceIfItIsDeliveredTwice() throws Exception {
    driver.image("7", "7");
    deliver("7", "odd", 0);
    deliver("7", "even", 1);

    deliver("7", "odd", 0);
    deliver("7", "even", 1);

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
    assertThat(driver.outcomes).extracting(Outcome::actual).containsExactly("odd", "even");
    assertThat(driver.counted).contains("feedback duplicate");
  }

  @Test
  void shouldTakeANewRecordAtTheSamePlaceOfATopicThatWasMadeAnew() throws Exception {
    driver.image("7", "7");
    deliver("7", "odd", 0);

    deliver("7", "even", 0);

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
  }

  @Test
  void shouldMakeADeadLetterOfBadFeedbackWithItsRecord() throws Exception {
    driver.feedback(bytes("7"), bytes("washer"));
    driver.feedback(bytes("7"), null);
    driver.image("7", "7");
    driver.label("7", "odd");

    assertThat(driver.deadLetters)
        .extracting(DeadLetter::reason)
        .containsExactly("bad_feedback", "empty");
    assertThat(driver.deadRecords.get(0).value()).asString().isEqualTo("washer");
    assertThat(driver.deadRecords.get(0).key()).asString().isEqualTo("7");
    assertThat(driver.labels).containsKey("7");
  }

  @Test
  void shouldCutADeadLetterOfFeedbackThatIsTooLarge() throws Exception {
    driver.feedback(bytes("7"), bytes("{\"label\": \"odd\", \"x\": \"" + "x".repeat(200_000)));

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("too_large");
    assertThat(driver.deadRecords.get(0).value().length).isLessThan(100_000);
    assertThat(driver.deadLetters.get(0).size()).isGreaterThan(200_000);
  }

  @Test
  void shouldWriteALargePictureAnewAndMarkIt() throws Exception {
    driver.close();
    LearningConfig config = new LearningConfig(168, 600, 64 * 1024);
    driver =
        new LearningDriver(state, MODEL, config, LearningDriver.ROOMY, picture -> bytes("small"));
    driver.image("7", "0".repeat(200_000) + "7");

    driver.label("7", "odd");

    assertThat(driver.pictureOf("7").value()).asString().isEqualTo("small");
    assertThat(driver.pictureOf("7").headers().lastHeader("imprint.reencoded").value())
        .asString()
        .isEqualTo("true");
  }

  @Test
  void shouldCountALossIfAPictureFitsItsTopicInNoWay() throws Exception {
    driver.close();
    LearningRecords.Limits tiny = new LearningRecords.Limits(10_000, 500, 10_000, 10_000);
    driver = new LearningDriver(state, MODEL, LearningConfig.DEFAULTS, tiny, picture -> picture);
    driver.image("7", "0".repeat(600) + "7");

    driver.label("7", "odd");

    assertThat(driver.outcomes).hasSize(1);
    assertThat(driver.labels).isEmpty();
    assertThat(driver.counted).contains("feedback picture_lost");
  }

  @Test
  void shouldMakeADeadLetterIfTheOutcomeWouldBeTooLarge() throws Exception {
    driver.close();
    LearningRecords.Limits tiny = new LearningRecords.Limits(10_000, 10_000, 300, 10_000);
    driver = new LearningDriver(state, MODEL, LearningConfig.DEFAULTS, tiny, picture -> picture);
    driver.image("7", "7");

    driver.label("7", "o".repeat(200));

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("too_large");
    assertThat(driver.labels).isEmpty();
  }

  /** As it comes out of the check, past the topic feedback. */
  private void deliver(String id, String label, long offset) throws IOException {
    Feedback feedback = new Feedback(id, label, null, null, null, Why.OTHER, null);
    byte[] value = FeedbackCodec.encode(feedback);
    Claim origin = new Claim("feedback", 0, offset, Sha256.hex(value));
    ArrivedFeedback arrived =
        ArrivedFeedback.of(feedback, origin, bytes(id), value, new RecordHeaders());
    driver.pipe(
        "test-" + LearningTopology.CHECKED_TOPIC,
        new TestRecord<>(bytes(id), arrived.encode(), driver.clock.instant()));
  }
}
