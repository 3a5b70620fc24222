package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The effects of the verdict {@code forget}: records that it removes, and those that it leaves. */
class ForgetTest extends LearningDriverSteps {
  private static final Duration WAIT = LearningConfig.DEFAULTS.feedbackWait();
  private static final Duration WINDOW = LearningConfig.DEFAULTS.labelWindow();

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

  /** Between reading who has labelled what and forgetting it, somebody else may have a look. */
  @Test
  void shouldKeepALabelThatCameAfterTheOneToForget() throws Exception {
    driver.image("7", "7");
    driver.label("7", "even");
    Claim first = driver.labelOf("7").feedback();
    driver.label("7", "odd");

    forget("7", first);

    assertThat(driver.labelOf("7").label()).isEqualTo("odd");
    assertThat(driver.pictures).containsKey("7");
    assertThat(driver.deadLetters).isEmpty();
    forget("7", driver.labelOf("7").feedback());
    assertThat(driver.labels).isEmpty();
    assertThat(driver.pictures).isEmpty();
  }

  @Test
  void shouldLeaveOtherFeedbackWaitingIfOneLabelIsForgotten() throws Exception {
    driver.image("7", "7");
    driver.label("7", "odd");
    Claim other = driver.labelOf("7").feedback();
    driver.label("8", "odd"); // before its image

    forget("8", other);
    driver.image("8", "8");

    assertThat(driver.labelOf("8").label()).isEqualTo("odd");
  }

  private void forget(String id, Claim label) throws IOException {
    driver.feedback(new Feedback(id, null, Verdict.FORGET, label, "ben", Why.OTHER, null));
  }
}
