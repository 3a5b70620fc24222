package dev.imprint.demo;

import static dev.imprint.demo.DemoText.percent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was learned, as two small tables. */
record LearningText(LearningReport report) {
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(DemoText.fact("model", report.version()));
    if (report.feedback() > 0) {
      lines.add(DemoText.fact("labels", "%,d".formatted(report.feedback())));
    }
    if (!report.changes().isEmpty()) {
      lines.add("");
      lines.add("live accuracy     before  changed  learned  after  labels  by");
      report.changes().forEach(change -> lines.add(row(change)));
    }
    if (!report.versions().isEmpty()) {
      lines.add("");
      lines.add("version           pictures  accuracy");
      report.versions().forEach(version -> lines.add(row(version)));
    }
    return lines;
  }

  private static String row(Story.Change change) {
    return String.format(
        Locale.ROOT,
        "%-16s %7s  %7s  %7s  %3d s  %6d  %s",
        change.phase().change(),
        percent(change.before()),
        percent(change.fallen()),
        percent(change.after()),
        change.took().toSeconds(),
        change.feedback(),
        change.version());
  }

  private static String row(Versions.Row version) {
    return String.format(
            Locale.ROOT,
            "%-16s  %,8d  %8s  %s",
            version.version(),
            version.answers().all(),
            percent(version.answers().accuracy()),
            version.why())
        .stripTrailing();
  }
}
