package dev.imprint.demo;

import static dev.imprint.demo.DemoText.percent;

import dev.imprint.terminal.Table;
import java.util.ArrayList;
import java.util.List;

/** The learning results, as two small tables. */
record LearningText(LearningReport report) {
  private static final List<String> CHANGES =
      List.of("live accuracy", "before", "changed", "learned", "after", "labels", "version");
  private static final List<String> VERSIONS =
      List.of("version", "pictures", "accuracy", "verdict");

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
    }
    return lines;
  }

  private static List<String> row(Story.Change change) {
    return List.of(
        change.phase().change(),
        percent(change.before()),
        percent(change.fallen()),
        percent(change.after()),
        change.took().toSeconds() + " s",
        "%,d".formatted(change.feedback()),
        change.version());
  }

  private static List<String> row(Versions.Standing version) {
    return List.of(
        version.version(),
        "%,d".formatted(version.answers().all()),
        percent(version.answers().accuracy()),
        version.why());
  }
}
