package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.demo.PicturesReport.Counts;
import dev.imprint.terminal.Screen;
import dev.imprint.training.evaluation.Evaluation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

class DemoTextTest {
  private static final long SECOND = 1_000_000_000L;

  private final DemoText text = new DemoText(Ansi.OFF, () -> Integer.MAX_VALUE);

  @Test
  void shouldMarkWhatIsRightAndNameTheTruthWhereItIsNot() {
    assertThat(text.prediction(Predictions.of("belt-17", "washer"), "washer"))
        .isEqualTo("belt-17       washer      0.90  ✓");
    assertThat(text.prediction(Predictions.of("belt-18", "washer"), "nut"))
        .isEqualTo("belt-18       washer      0.90  ✗ truth: nut");
    assertThat(text.prediction(Predictions.of("a.jpg", null), null))
        .isEqualTo("a.jpg         -           0.90");
  }

  @Test
  void shouldColourLinesOnlyIfAsked() {
    assertThat(new DemoText(Ansi.ON, () -> 80).prediction(Predictions.of("a", "nut"), "nut"))
        .contains("\u001b[");
    assertThat(text.prediction(Predictions.of("a", "nut"), "nut")).doesNotContain("\u001b[");
  }

  @Test
  void shouldSummariseForPeople() {
    LearningReport learning =
        new LearningReport(
            "v2-15a7825e",
            List.of(
                new Story.Change(
                    Phase.COLD,
                    Share.NONE,
                    new Share(0, 200),
                    new Share(55, 60),
                    Duration.ofSeconds(31),
                    "v1-0011",
                    168),
                new Story.Change(
                    Phase.NEW_LIGHT,
                    new Share(57, 60),
                    new Share(70, 100),
                    new Share(54, 60),
                    Duration.ofSeconds(9),
                    "v2-15a7825e",
                    50)),
            List.of(
                new Versions.Standing("none", new Share(0, 200), 0, ""),
                new Versions.Standing(
                    "v1-0011", new Share(1100, 1210), 0.875, "macro F1 0.9 on 20 pictures"),
                new Versions.Standing("v2-15a7825e", Share.NONE, Double.NaN, "")),
            218,
            List.of());

    assertThat(text.summary(new DemoReport(pictures(), learning)))
        .containsExactly(
            "",
            "sent        1,212",
            "predicted   1,210",
            "rejected    1 (broken_image 1)",
            "lost        1",
            "duplicated  0",
            "latency     p50 8.3 ms, p99 35 ms, slowest 110 ms",
            "model       v2-15a7825e",
            "labels      218",
            "",
            "accuracy, %  before      changed     learned     after  labels  version      pictures",
            "first model  -           0 (0–2)     92 (82–96)   31 s     168  v1-0011      of 0,"
                + " 200 and 60 pictures",
            "new light    95 (86–98)  70 (60–78)  90 (80–95)    9 s      50  v2-15a7825e  of 60,"
                + " 100 and 60 pictures",
            "",
            "version      pictures  accuracy  95 %         expected  verdict",
            "none              200     0.0 %  0.0–1.9 %       0.0 %",
            "v1-0011         1,210    90.9 %  89.2–92.4 %    87.5 %  macro F1 0.9 on 20 pictures",
            "v2-15a7825e         0         -  -                   -",
            "",
            "In parentheses and under '95 %': 95 % intervals. Expected: the accuracy to expect"
                + " without labels, by the confidences alone; it is only as good as they are, and"
                + " blind to new kinds of picture.");
  }

  @Test
  void shouldTellOnOneLineHowItStands() {
    assertThat(text.status(pictures(), new Learning.Live(new Share(57, 60), "v2", 218)))
        .isEqualTo(
            "— 1 lost, 0 duplicated · accuracy 95 (86–98) % over the last 60 · model v2 · 218 labels ·"
                + " 1,212 in, 1,210 out · 1 rejected · p50 8.3 ms, p99 35 ms");
    assertThat(text.status(pictures(), new Learning.Live(Share.NONE, "none", 0)))
        .contains("duplicated · model none · 1,212 in");
  }

  @Test
  void shouldTellNewsOnLinesThatStandOut() {
    assertThat(
            text.news(new News.Serves("v3", "promoted: macro F1 0.97 against 0.71 on 41 pictures")))
        .isEqualTo("▲ v3 serves: promoted: macro F1 0.97 against 0.71 on 41 pictures");
    assertThat(text.news(new News.RefusedVersion("v4", "refused: macro F1 0.7")))
        .isEqualTo("▽ v4 refused: macro F1 0.7");
    assertThat(text.news(new News.FailedTraining("too late"))).isEqualTo("■ too late");
    assertThat(new DemoText(Ansi.ON, () -> 80).news(new News.Entered(Phase.COLD)))
        .contains("\u001b[");
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellOfEachPhase(Phase phase) {
    assertThat(text.news(new News.Entered(phase))).matches("■ [A-Z].*\\.");
  }

  private static PicturesReport pictures() {
    return new PicturesReport(
        new Counts(1212, 1210, 1, 0, 0),
        Map.of("broken_image", 1),
        new PicturesReport.Latency(
            Duration.ofNanos(8_260_000), Duration.ofMillis(35), Duration.ofMillis(110)),
        List.of("belt-3"),
        List.of());
  }

  @Test
  void shouldCountTheRightOnesOfEachClass() {
    List<String> truths = new ArrayList<>(Collections.nCopies(1200, "nut"));
    List<String> answers = new ArrayList<>(Collections.nCopies(1188, "nut"));
    answers.addAll(Collections.nCopies(9, "washer"));
    answers.addAll(Collections.nCopies(3, "bearing"));
    truths.addAll(Collections.nCopies(10, "gear"));
    answers.addAll(Collections.nCopies(10, "gear"));

    assertThat(DemoText.accuracy(Evaluation.metrics(truths, answers)))
        .containsExactly(
            "accuracy    99.0 % (95 %: 98.3–99.4 %; 1,198 of 1,210)",
            "  gear           10 of 10",
            "  nut         1,188 of 1,200   taken for 3 × bearing, 9 × washer");
  }

  @Test
  void shouldShowNoMoreLinesThanPeopleCanRead() {
    StringWriter out = new StringWriter();
    Throttle throttle = new Throttle(Screen.plain(new PrintWriter(out)), 0);

    for (int i = 0; i < 1000; i++) {
      throttle.line("line", i * SECOND / 1000);
    }

    assertThat(out.toString().lines().count()).isBetween(18L, 20L);
  }

  @Test
  void shouldWriteAPredictionOnOneLineOfANarrowWindow() {
    DemoText narrow = new DemoText(Ansi.OFF, () -> 40);

    assertThat(narrow.prediction(Predictions.of("belt-1718", "bearing"), "washer"))
        .isEqualTo("belt-1718 bearing    0.90 ✗ washer");
    assertThat(narrow.prediction(Predictions.of("clothing/train/dress/17.jpg", "dress"), "dress"))
        .isEqualTo("…ess/17.jpg dress      0.90 ✓");
  }

  @Test
  void shouldLeaveOutOfTheStatusWhatDoesNotFit() {
    Learning.Live live = new Learning.Live(new Share(57, 60), "v2", 218);

    assertThat(new DemoText(Ansi.OFF, () -> 80).status(pictures(), live))
        .isEqualTo("— 1 lost, 0 duplicated · accuracy 95 (86–98) % over the last 60 · model v2");
    assertThat(new DemoText(Ansi.OFF, () -> 40).status(pictures(), live))
        .isEqualTo("— 1 lost, 0 duplicated · model v2");
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 80})
  void shouldSummariseWithinTheWindow(int width) {
    DemoText small = new DemoText(Ansi.OFF, () -> width);
    LearningReport learning =
        new LearningReport(
            "v2-15a7825e",
            List.of(
                new Story.Change(
                    Phase.NEW_LIGHT,
                    new Share(60, 60),
                    new Share(700, 1_000),
                    new Share(54, 60),
                    Duration.ofSeconds(131),
                    "v2-15a7825e",
                    168)),
            List.of(
                new Versions.Standing(
                    "v1-0011", new Share(1100, 1210), 0.875, "macro F1 0.9 ".repeat(9))),
            218,
            List.of());

    assertThat(small.summary(new DemoReport(pictures(), learning)))
        .filteredOn(line -> !line.startsWith("latency")) // a sentence, which the screen wraps
        .allMatch(line -> line.length() <= width);
  }
}
