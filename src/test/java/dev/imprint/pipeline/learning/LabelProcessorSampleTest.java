package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Outcome;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.LearningDriver;
import dev.imprint.pipeline.ParityModel;
import dev.imprint.pipeline.SamplingConfig;
import org.junit.jupiter.api.Test;

/** Answers on pictures that the service asks for, at random. */
class LabelProcessorSampleTest extends LearningDriverSteps {
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
