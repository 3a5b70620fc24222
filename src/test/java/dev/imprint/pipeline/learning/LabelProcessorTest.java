package dev.imprint.pipeline.learning;

import static dev.imprint.pipeline.LearningDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.imprint.event.DeadLetter;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.LabelChange;
import dev.imprint.model.LabelChanges;
import dev.imprint.model.Outcome;
import dev.imprint.model.Role;
import dev.imprint.model.ServingModel;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.pipeline.LearningDriver;
import dev.imprint.pipeline.ParityModel;
import dev.imprint.pipeline.SamplingConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** Each way in which feedback and its image can meet, or miss each other. */
class LabelProcessorTest extends LearningDriverSteps {
  private static final ServingModel MODEL = ParityModel.serving(new ParityModel(batch -> {}));
  private static final Duration WAIT = LearningConfig.DEFAULTS.feedbackWait();
  private static final Duration WINDOW = LearningConfig.DEFAULTS.labelWindow();

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
                LearningDriver.START,
                false));
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
  void shouldTakeTheOldAndTheNewNameOfALabelForTheSame() throws Exception {
    driver.image("7", "7");
    driver.image("9", "9");
    driver.image("11", "11");
    driver.label("11", "odd");
    driver.labelChanges = new LabelChanges(Map.of("odd", "uneven"), Set.of());

    driver.label("7", "odd");
    driver.label("9", "uneven");
    driver.label("11", "uneven");

    assertThat(driver.labelOf("7").label()).isEqualTo("uneven");
    assertThat(driver.labelOf("9").label()).isEqualTo("uneven");
    assertThat(driver.outcomes)
        .extracting(Outcome::result)
        .containsOnly(Outcome.Result.RIGHT)
        .hasSize(3);
    assertThat(driver.counted).contains("feedback repeated");
  }

  @Test
  void shouldKeepALabelThatIncorrectDoesNotContradictAfterAMerge() throws Exception {
    driver.image("7", "7"); // predicted odd
    driver.label("7", "even");
    driver.labelChanges = new LabelChanges(Map.of("odd", "number", "even", "number"), Set.of());

    driver.verdict("7", Verdict.INCORRECT);

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
  }

  /** Predicted "odd" means what was odd then, even if that now is the name of both. */
  @Test
  void shouldKeepALabelThatIncorrectDoesNotContradictIfItWasMergedIntoThePredictedOne()
      throws Exception {
    driver.image("7", "7"); // predicted odd
    driver.label("7", "even");
    driver.labelChanges =
        new LabelChanges(
            Map.of("even", "odd"),
            Set.of(),
            Map.of("even", LearningDriver.START.plus(Duration.ofMinutes(1))),
            0);

    driver.verdict("7", Verdict.INCORRECT);

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
    driver.pass(Duration.ofMinutes(2));
    driver.image("7", "7"); // predicted odd, which is what even is called now
    driver.label("7", "odd");
    driver.verdict("7", Verdict.INCORRECT);
    assertThat(driver.labels).isEmpty();
  }

  @Test
  void shouldRemoveALabelThatIncorrectContradictsUnderAFormerName() throws Exception {
    driver.image("7", "7"); // predicted odd
    driver.labelChanges =
        LabelChanges.NONE.with(
            new LabelChange(LabelChange.Kind.RENAME, List.of("odd"), "uneven"),
            Set.of("odd"),
            LearningDriver.START.plus(Duration.ofMinutes(1)));
    driver.label("7", "uneven");

    driver.verdict("7", Verdict.INCORRECT);

    assertThat(driver.labels).isEmpty();
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
    LearningConfig fourMinutes = new LearningConfig(168, 240, 1 << 20, 1);
    driver =
        new LearningDriver(state, MODEL, fourMinutes, LearningDriver.ROOMY, picture -> picture);
    driver.label("7", "odd");
    driver.pass(Duration.ofMinutes(5));

    driver.image("7", "7");

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("no_such_image");
    assertThat(driver.labels).isEmpty();
  }

  @Test
  void shouldLetFeedbackWaitAsLongAsImagesThatCameWithinTheWaitLieInABacklog() throws Exception {
    driver.imagesRead = driver.clock.millis() - 1;
    driver.label("7", "odd");
    driver.pass(WAIT.multipliedBy(10));
    driver.imagesRead += WAIT.toMillis();
    driver.pass(Duration.ofSeconds(1));
    assertThat(driver.deadLetters).isEmpty();

    driver.image("7", "7");

    assertThat(driver.labels).containsKey("7");
    driver.pass(WAIT);
    assertThat(driver.deadLetters).isEmpty();
  }

  @Test
  void shouldEndTheWaitOnceImagesThatCameWithinItHaveBeenRead() throws Exception {
    driver.imagesRead = Long.MIN_VALUE;
    driver.label("7", "odd");
    long arrived = driver.clock.millis();
    driver.pass(WAIT.multipliedBy(10));
    assertThat(driver.deadLetters).isEmpty();

    driver.imagesRead = arrived + WAIT.toMillis();
    driver.pass(Duration.ofSeconds(1));

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("no_such_image");
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
  void shouldStillMakeAnOutcomeIfAnotherImageOfTheIdIsPredictedInBetween() throws Exception {
    Claim claim = new Claim("images", 0, 1, Sha256.hex(bytes("7")));
    driver.label("7", "odd", claim); // its image has not been sent
    driver.images.put(claim, new IncomingImage("7", bytes("7"), null));
    driver.image("7", "8"); // at offset 0
    assertThat(driver.labelOf("7").claim()).isEqualTo(claim);
    assertThat(driver.outcomes).isEmpty();

    driver.image("7", "7");

    assertThat(driver.outcomes).extracting(Outcome::predicted).containsExactly("odd");
    assertThat(driver.entries(LabelProcessor.WAITING)).isZero();
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
  void shouldMakeADeadLetterIfTheOutcomeWouldBeTooLarge() throws Exception {
    driver.close();
    LearningRecords.LearningLimits tiny =
        new LearningRecords.LearningLimits(10_000, 10_000, 300, 10_000);
    driver = new LearningDriver(state, MODEL, LearningConfig.DEFAULTS, tiny, picture -> picture);
    driver.image("7", "7");

    driver.label("7", "o".repeat(200));

    assertThat(driver.deadLetters).extracting(DeadLetter::reason).containsExactly("too_large");
    assertThat(driver.labels).isEmpty();
  }

  /** All pictures are asked for. */
  private void askForAll(ServingModel model) {
    driver.close();
    driver =
        new LearningDriver(
            state,
            model,
            LearningConfig.DEFAULTS,
            LearningDriver.ROOMY,
            picture -> picture,
            new SamplingConfig(1));
  }

  @Test
  void shouldTakeNothingForTheRandomSampleThatItDidNotAskFor() throws Exception {
    driver.image("7", "7");

    driver.feedback(new Feedback("7", "odd", null, null, "anna", Why.RANDOM, null));

    assertThat(driver.outcomes).extracting(Outcome::asked).containsExactly(false);
  }

  @Test
  void shouldTakeTheFirstAnswerForTheRandomSampleWhateverMadeSomebodyLook() throws Exception {
    askForAll(MODEL);
    driver.image("7", "7");
    driver.image("8", "8");

    driver.feedback(new Feedback("7", null, Verdict.INCORRECT, null, null, Why.WRONG, null));
    driver.label("7", "even");
    driver.label("7", "odd");
    driver.label("8", "even");

    assertThat(driver.outcomes)
        .extracting(Outcome::imageId, Outcome::asked)
        .containsExactly(tuple("7", true), tuple("7", false), tuple("7", false), tuple("8", true));
  }

  @Test
  void shouldAskForEachPictureOfAnId() throws Exception {
    askForAll(MODEL);
    Claim first = driver.image("7", "7");
    driver.image("7", "9");

    driver.label("7", "odd");
    driver.label("7", "odd", first);

    assertThat(driver.outcomes).extracting(Outcome::asked).containsExactly(true, true);
  }

  @Test
  void shouldTakeAnAnswerThatCameBeforeThePictureForTheRandomSample() throws Exception {
    askForAll(MODEL);
    driver.label("7", "odd");

    driver.image("7", "7");

    assertThat(driver.outcomes).extracting(Outcome::asked).containsExactly(true);
  }

  @Test
  void shouldNotTakeARefusedVerdictForAnAnswer() throws Exception {
    askForAll(ServingModel.withoutHead(new ParityModel(batch -> {})));
    driver.image("7", "7");

    driver.verdict("7", Verdict.CORRECT);
    driver.label("7", "odd");

    assertThat(driver.deadLetters).hasSize(1);
    assertThat(driver.outcomes).extracting(Outcome::asked).containsExactly(true);
  }
}
