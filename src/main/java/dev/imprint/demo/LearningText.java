package dev.imprint.demo;

import static dev.imprint.demo.DemoText.percent;

import dev.imprint.terminal.Table;
import dev.imprint.terminal.Text;
import java.util.ArrayList;
import java.util.List;

/** The learning results, as two small tables. */
record LearningText(LearningReport report) {
  private static final List<String> CHANGES =
      List.of(
          "accuracy, %", "before", "changed", "learned", "after", "labels", "version", "pictures");
  private static final List<String> VERSIONS =
      List.of("version", "pictures", "accuracy", "95 %", "expected", "verdict");
  private static final String NOTE =
      "In parentheses and under '95 %': 95 % intervals. Expected: the accuracy to expect without"
          + " labels, by the confidences alone; it is only as good as they are, and blind to new"
          + " kinds of picture.";

  /**
   * @param width of the terminal, in columns
   */
  List<String> lines(int width) {
    List<String> lines = new ArrayList<>();
    lines.add(DemoText.fact("model", report.version()));
    if (report.feedback() > 0) {
      lines.add(DemoText.fact("labels", "%,d".formatted(report.feedback())));
    }
    if (!report.changes().isEmpty()) {
      lines.add("");
      List<List<String>> rows = report.changes().stream().map(LearningText::row).toList();
      lines.addAll(new Table(CHANGES, rows).lines(width));
    }
    if (!report.versions().isEmpty()) {
      lines.add("");
      List<List<String>> rows = report.versions().stream().map(LearningText::row).toList();
      lines.addAll(new Table(VERSIONS, rows).lines(width));
      lines.add("");
      lines.addAll(Text.wrap(NOTE, width, 0));
    }
    return lines;
  }

  private static List<String> row(Story.Change change) {
    return List.of(
        change.phase().change(),
        change.before().text(),
        change.fallen().text(),
        change.after().text(),
        change.took().toSeconds() + " s",
        "%,d".formatted(change.feedback()),
        change.version(),
        "of %,d, %,d and %,d pictures"
            .formatted(change.before().all(), change.fallen().all(), change.after().all()));
  }

  private static List<String> row(Versions.Standing version) {
    return List.of(
        version.version(),
        "%,d".formatted(version.answers().all()),
        percent(version.answers().accuracy()),
        version.answers().all() == 0 ? "-" : version.answers().interval().percent(),
        percent(version.expected()),
        version.why());
  }
}
