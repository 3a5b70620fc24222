package dev.imprint.pipeline.learning;

import static dev.imprint.pipeline.LearningDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Outcome;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** An image's second feedback: repeated, contradicting, or for an id used twice. */
class RepeatedFeedbackTest extends LearningDriverSteps {
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
  void shouldLetTheLastWinOfEarlyFeedbackThatComesInOneMillisecond() throws Exception {
    deliver("7", "odd", 3, 9);
    deliver("7", "even", 0, 1);
    deliver("7", "prime", 2, 5);

    driver.image("7", "7");

    assertThat(driver.labelOf("7").label()).isEqualTo("prime");
    assertThat(driver.outcomes).extracting(Outcome::actual).containsExactly("odd", "even", "prime");
  }

  @Test
  void shouldLetTheLastWinOfEarlyFeedbackIfTheClockGoesBack() throws Exception {
    driver.label("7", "odd");
    driver.clock.advance(Duration.ofMinutes(-1));
    driver.label("7", "even");

    driver.image("7", "7");

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
  }

  @Test
  void shouldNotLetAnEarlyVerdictOverruleALaterLabelThatOnlyRepeatsWhatIsKnown() throws Exception {
    Claim claim = new Claim("images", 0, 0, Sha256.hex(bytes("7")));
    driver.images.put(claim, new IncomingImage("7", bytes("7"), null));
    driver.label("7", "even", claim);
    driver.verdict("7", Verdict.CORRECT);
    driver.label("7", "even");

    driver.image("7", "7");

    assertThat(driver.labelOf("7").label()).isEqualTo("even");
    assertThat(driver.outcomes).extracting(Outcome::actual).containsExactly("even", "odd");
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

  /** As it leaves the check, bypassing the topic feedback. */
  private void deliver(String id, String label, long offset) throws IOException {
    deliver(id, label, 0, offset);
  }

  private void deliver(String id, String label, int partition, long offset) throws IOException {
    Feedback feedback = new Feedback(id, label, null, null, null, Why.OTHER, null);
    byte[] value = FeedbackCodec.encode(feedback);
    Claim origin = new Claim("feedback", partition, offset, Sha256.hex(value));
    ArrivedFeedback arrived =
        ArrivedFeedback.of(feedback, origin, bytes(id), value, new RecordHeaders());
    driver.pipe(
        "test-" + LearningTopology.CHECKED_TOPIC,
        new TestRecord<>(bytes(id), arrived.encode(), driver.clock.instant()));
  }
}
