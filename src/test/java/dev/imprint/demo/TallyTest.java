package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.demo.DemoReport.Counts;
import dev.imprint.demo.Tally.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final long MS = 1_000_000;
  private static final long DEADLINE = 1_000 * MS;

  private final Tally tally = new Tally(Duration.ofNanos(DEADLINE));

  private void send(String id, String truth, long at) {
    tally.sent(new Picture(id, new byte[0], truth), at);
  }

  @Test
  void shouldMeetAnAnswerWithItsPicture() {
    send("a", "nut", 0);

    Outcome outcome = tally.predicted(Predictions.of("a", "nut"), 20 * MS);

    assertThat(outcome).isEqualTo(new Outcome.Answered("nut", Duration.ofMillis(20)));
    assertThat(tally.waiting(20 * MS)).isZero();
    assertThat(tally.report(20 * MS).faults(0.9)).isEmpty();
  }

  @Test
  void shouldCountASecondAnswerAsADouble() {
    send("a", "nut", 0);
    tally.predicted(Predictions.of("a", "nut"), 20 * MS);

    assertThat(tally.predicted(Predictions.of("a", "nut"), 21 * MS))
        .isEqualTo(new Outcome.Doubled());

    DemoReport report = tally.report(21 * MS);
    assertThat(report.counts()).isEqualTo(new Counts(1, 1, 0, 1, 0));
    assertThat(report.faults(0.9)).containsExactly("1 doubled: a");
  }

  @Test
  void shouldCountAPredictionBesideADeadLetterAsADouble() {
    send("a", "nut", 0);
    tally.rejected("a", "broken_image", 10 * MS);

    assertThat(tally.predicted(Predictions.of("a", "nut"), 20 * MS))
        .isEqualTo(new Outcome.Doubled());
  }

  @Test
  void shouldCountWhatWaitsPastTheDeadlineAsLost() {
    send("a", "nut", 0);
    send("b", "nut", 500 * MS);

    assertThat(tally.waiting(DEADLINE)).isEqualTo(2);
    assertThat(tally.waiting(DEADLINE + 1)).isEqualTo(1);

    DemoReport report = tally.report(DEADLINE + 1);
    assertThat(report.counts().lost()).isEqualTo(1);
    assertThat(report.faults(0.9)).contains("1 lost: a");
  }

  @Test
  void shouldTellALateAnswerFromADouble() {
    send("a", "nut", 0);

    assertThat(tally.predicted(Predictions.of("a", "nut"), DEADLINE + 1))
        .isEqualTo(new Outcome.Late());
    assertThat(tally.predicted(Predictions.of("a", "nut"), DEADLINE + 2))
        .isEqualTo(new Outcome.Doubled());
    assertThat(tally.report(DEADLINE + 2).counts()).isEqualTo(new Counts(1, 0, 1, 1, 1));
  }

  @Test
  void shouldIgnorePicturesOfOthers() {
    assertThat(tally.predicted(Predictions.of("x", "nut"), 0)).isEqualTo(new Outcome.Stranger());
    assertThat(tally.report(0).counts()).isEqualTo(new Counts(0, 0, 0, 0, 0));
  }

  @Test
  void shouldCountDeadLettersByReason() {
    send("a", "nut", 0);
    send("b", "nut", 0);
    tally.rejected("a", "broken_image", 1);
    tally.rejected("b", "broken_image", 2);

    assertThat(tally.report(3).rejected()).isEqualTo(Map.of("broken_image", 2));
  }

  @Test
  void shouldJudgeByTheTruthAndCountNoLabelAndDeadLettersAsWrong() {
    for (String id : List.of("a", "b", "c", "d")) {
      send(id, "nut", 0);
    }
    tally.predicted(Predictions.of("a", "nut"), 1);
    tally.predicted(Predictions.of("b", "washer"), 1);
    tally.predicted(Predictions.of("c", null), 1);
    tally.rejected("d", "broken_image", 1);

    DemoReport report = tally.report(2);

    assertThat(report.accuracy()).isEqualTo(0.25);
    assertThat(report.confusion().counts())
        .isEqualTo(Map.of("nut", Map.of("nut", 1, "washer", 1, "(no label)", 1, "(rejected)", 1)));
    assertThat(report.faults(0.9)).containsExactly("accuracy 25.0 % is under 90.0 %");
  }

  @Test
  void shouldNotJudgePicturesWhoseTruthNobodyKnows() {
    tally.sent(new Picture("a", new byte[0], null), 0);
    tally.predicted(Predictions.of("a", "nut"), 1);

    DemoReport report = tally.report(2);

    assertThat(report.confusion().judged()).isZero();
    assertThat(report.faults(0.9)).isEmpty();
  }

  @Test
  void shouldTellTheLatencyAtTheMiddleAndNearTheEnd() {
    for (int i = 1; i <= 200; i++) {
      send("p" + i, "nut", 0);
      tally.predicted(Predictions.of("p" + i, "nut"), i * MS);
    }

    DemoReport report = tally.report(200 * MS);

    assertThat(report.p50()).isEqualTo(Duration.ofMillis(100));
    assertThat(report.p99()).isEqualTo(Duration.ofMillis(198));
  }

  @Test
  void shouldFindItAFaultIfNothingCameBack() {
    assertThat(tally.report(0).faults(0.9)).containsExactly("no prediction came back");
  }
}
