package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.demo.DemoReport.Counts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class DemoTextTest {
  private static final long SECOND = 1_000_000_000L;

  private final DemoText text = new DemoText(Ansi.OFF);

  @Test
  void shouldMarkWhatIsRightAndNameTheTruthWhereItIsNot() {
    assertThat(text.prediction(Predictions.of("belt-17", "washer"), "washer"))
        .isEqualTo("belt-17       washer      0.90  ✓");
    assertThat(text.prediction(Predictions.of("belt-18", "washer"), "nut"))
        .isEqualTo("belt-18       washer      0.90  ✗ it is a nut");
    assertThat(text.prediction(Predictions.of("a.jpg", null), null))
        .isEqualTo("a.jpg         -           0.90");
  }

  @Test
  void shouldColourLinesOnlyIfAsked() {
    assertThat(new DemoText(Ansi.ON).prediction(Predictions.of("a", "nut"), "nut"))
        .contains("\u001b[");
    assertThat(text.prediction(Predictions.of("a", "nut"), "nut")).doesNotContain("\u001b[");
  }

  @Test
  void shouldSummariseForPeople() {
    Map<String, Map<String, Integer>> confusion = new TreeMap<>();
    confusion.put("nut", Map.of("nut", 1188, "washer", 9, "bearing", 3));
    confusion.put("gear", Map.of("gear", 10));
    DemoReport report =
        new DemoReport(
            new Counts(1212, 1210, 1, 0, 0),
            Map.of("broken_image", 1),
            Duration.ofNanos(8_260_000),
            Duration.ofMillis(35),
            List.of("head-1"),
            new Confusion(confusion),
            List.of("belt-3"),
            List.of());

    assertThat(text.summary(report))
        .containsExactly(
            "",
            "sent        1,212",
            "predicted   1,210",
            "rejected    1 (broken_image 1)",
            "lost        1",
            "doubled     0",
            "latency     p50 8.3 ms, p99 35 ms",
            "model       head-1",
            "accuracy    99.0 % (1,198 of 1,210)",
            "  gear           10 of 10",
            "  nut         1,188 of 1,200   taken for 3 × bearing, 9 × washer");
    assertThat(text.status(report))
        .isEqualTo(
            "— 1,212 in, 1,210 out · 1 rejected · 1 lost, 0 doubled · p50 8.3 ms, p99 35 ms"
                + " · accuracy 99.0 % · model head-1");
  }

  @Test
  void shouldShowNoMoreLinesThanPeopleCanRead() {
    StringWriter out = new StringWriter();
    Display display = new Display(new PrintWriter(out), false, 0);

    for (int i = 0; i < 1000; i++) {
      display.line("line", i * SECOND / 1000);
    }

    assertThat(out.toString().lines().count()).isBetween(10L, 13L);
  }

  @Test
  void shouldKeepTheStatusBelowTheLinesOnATerminal() {
    StringWriter out = new StringWriter();
    Display display = new Display(new PrintWriter(out), true, 0);

    display.status("status", 0);
    display.print("line");
    display.end();

    String clear = "\r\u001b[K";
    assertThat(out)
        .hasToString(clear + "status" + clear + "line" + System.lineSeparator() + "status" + clear);
  }

  @Test
  void shouldUseNoEscapeSequencesElsewhere() {
    StringWriter out = new StringWriter();
    Display display = new Display(new PrintWriter(out), false, 0);

    display.print("line");
    display.status("status", 0);
    display.end();

    assertThat(out.toString().lines()).containsExactly("line", "status");
  }
}
