package dev.imprint.pipeline.learning;

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
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.LearningDriver;
import dev.imprint.pipeline.ParityModel;
import org.junit.jupiter.api.Test;

/** Each way in which feedback and its image can meet, or miss each other. */
class LabelProcessorTest extends LearningDriverSteps {
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
}
