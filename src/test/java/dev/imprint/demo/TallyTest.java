package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.demo.PicturesReport.Counts;
import dev.imprint.demo.Tally.Arrival;
import dev.imprint.demo.belt.BeltPicture;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final long MS = 1_000_000;
  private static final long DEADLINE = 1_000 * MS;

  private final Tally tally = new Tally(Duration.ofNanos(DEADLINE));

  private void send(String id, String truth, long at) {
    tally.sent(new BeltPicture(id, new byte[0], truth, null), at);
  }

  @Test
  void shouldMeetAnAnswerWithItsPicture() {
    send("a", "nut", 0);

    Arrival outcome = tally.predicted("a", 20 * MS);

    assertThat(outcome).isEqualTo(new Arrival.Answered("nut", null, Duration.ofMillis(20)));
    assertThat(tally.waiting(20 * MS)).isZero();
    assertThat(tally.report(20 * MS).faults()).isEmpty();
  }

  @Test
  void shouldCountASecondAnswerAsADouble() {
    send("a", "nut", 0);
    tally.predicted("a", 20 * MS);

    assertThat(tally.predicted("a", 21 * MS)).isEqualTo(new Arrival.Doubled());

    PicturesReport report = tally.report(21 * MS);
    assertThat(report.counts()).isEqualTo(new Counts(1, 1, 0, 1, 0));
    assertThat(report.faults()).containsExactly("1 duplicated: a");
  }

  @Test
  void shouldCountAPredictionBesideADeadLetterAsADouble() {
    send("a", "nut", 0);
    tally.rejected("a", "broken_image", 10 * MS);

    assertThat(tally.predicted("a", 20 * MS)).isEqualTo(new Arrival.Doubled());
  }

  @Test
  void shouldCountWhatWaitsPastTheDeadlineAsLost() {
    send("a", "nut", 0);
    send("b", "nut", 500 * MS);

    assertThat(tally.waiting(DEADLINE)).isEqualTo(2);
    assertThat(tally.waiting(DEADLINE + 1)).isEqualTo(1);

    PicturesReport report = tally.report(DEADLINE + 1);
    assertThat(report.counts().lost()).isEqualTo(1);
    assertThat(report.faults()).contains("1 lost: a");
  }

  @Test
  void shouldTellALateAnswerFromADouble() {
    send("a", "nut", 0);

    assertThat(tally.predicted("a", DEADLINE + 1)).isEqualTo(new Arrival.Late());
    assertThat(tally.predicted("a", DEADLINE + 2)).isEqualTo(new Arrival.Doubled());
    assertThat(tally.report(DEADLINE + 2).counts()).isEqualTo(new Counts(1, 0, 1, 1, 1));
  }

  @Test
  void shouldIgnorePicturesOfOthers() {
    assertThat(tally.predicted("x", 0)).isEqualTo(new Arrival.Stranger());
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
  void shouldTellTheLatencyAtTheMiddleAndNearTheEnd() {
    for (int i = 1; i <= 200; i++) {
      send("p" + i, "nut", 0);
      tally.predicted("p" + i, i * MS);
    }

    PicturesReport report = tally.report(200 * MS);

    assertThat(report.latency())
        .isEqualTo(
            new PicturesReport.Latency(
                Duration.ofMillis(100), Duration.ofMillis(198), Duration.ofMillis(200)));
  }

  @Test
  void shouldFindItAFaultIfNothingCameBack() {
    assertThat(tally.report(0).faults()).containsExactly("no prediction came back");
  }
}
