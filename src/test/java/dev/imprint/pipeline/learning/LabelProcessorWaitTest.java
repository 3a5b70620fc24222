package dev.imprint.pipeline.learning;

import static dev.imprint.pipeline.LearningDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.DeadLetter;
import dev.imprint.model.Claim;
import dev.imprint.pipeline.LearningDriver;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** Feedback that comes long before its image, or long after it. */
class LabelProcessorWaitTest extends LearningDriverSteps {
  private static final Duration WAIT = LearningConfig.DEFAULTS.feedbackWait();
  private static final Duration WINDOW = LearningConfig.DEFAULTS.labelWindow();

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
}
