package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Outcome;
import dev.imprint.model.Verdict;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.pipeline.LearningDriver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Feedback on labels that have been renamed or merged. */
class LabelProcessorNamesTest extends LearningDriverSteps {
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
}
