package dev.imprint.app.models;

import dev.imprint.comparison.ChangedSides;
import dev.imprint.comparison.VersionDiff;
import dev.imprint.comparison.VersionDiff.Figures;
import dev.imprint.terminal.Rows;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The difference of two versions as text. */
record DiffText(ReportLines lines) {
  /** A row of the table of settings. */
  private record SettingRow(String setting, String a, String b) {
    static SettingRow of(VersionDiff.Setting setting) {
      return new SettingRow(
          setting.key(),
          Objects.requireNonNullElse(setting.a(), "unknown"),
          Objects.requireNonNullElse(setting.b(), "unknown"));
    }
  }

  /** A row of the table of metrics. */
  private record FiguresRow(
      String label,
      String precisionA,
      String precisionB,
      String recallA,
      String recallB,
      String f1A,
      String f1B,
      String picturesA,
      String picturesB) {
    static FiguresRow of(VersionDiff.MetricsPair pair) {
      return new FiguresRow(
          pair.label() == null ? "(mean)" : pair.label(),
          text(pair.a(), Figures::precision),
          text(pair.b(), Figures::precision),
          text(pair.a(), Figures::recall),
          text(pair.b(), Figures::recall),
          text(pair.a(), Figures::f1),
          text(pair.b(), Figures::f1),
          pictures(pair.a()),
          pictures(pair.b()));
    }

    private static String text(@Nullable Figures figures, Function<Figures, Double> which) {
      return figures == null ? "" : "%.3f".formatted(which.apply(figures));
    }

    private static String pictures(@Nullable Figures figures) {
      return figures == null ? "" : String.valueOf(figures.examples());
    }
  }

  void print(VersionDiff diff, @Nullable ChangedSides sides) {
    lines.say("a is %s, b is %s".formatted(diff.a(), diff.b()));
    lines.out().println();
    if (diff.settings().isEmpty()) {
      lines.say("settings: the same");
    } else {
      Rows.print(lines.out(), diff.settings().stream().map(SettingRow::of).toList(), false);
    }
    lines.out().println();
    lines.say("labels gained: " + ReportLines.listed(diff.gainedLabels()));
    lines.say("labels lost: " + ReportLines.listed(diff.lostLabels()));
    print(diff.examples());
    lines.out().println();
    Rows.print(lines.out(), diff.metrics().stream().map(FiguresRow::of).toList(), false);
    lines.say("each on the pictures that it was judged on, not on the same ones");
    if (sides != null) {
      lines.out().println();
      print(sides);
    }
  }

  private void print(VersionDiff.Examples examples) {
    lines.say("examples in both: " + examples.common());
    lines.say("examples gained: " + byLabel(examples.gained()));
    lines.say("examples lost: " + byLabel(examples.lost()));
    lines.say(
        "relabelled: "
            + ReportLines.listed(
                examples.relabelled().stream()
                    .map(e -> "%s from %s to %s".formatted(e.imageId(), e.a(), e.b()))
                    .toList()));
    if (!examples.otherPicture().isEmpty()) {
      lines.say("with another picture: " + ReportLines.listed(examples.otherPicture().keySet()));
    }
  }

  private void print(ChangedSides sides) {
    lines.say(
        "on %d pictures that neither had seen%s: %d from right to wrong, %d from wrong to right"
            .formatted(
                sides.compared(),
                sides.missing() == 0
                    ? ""
                    : " (%d more are no longer in the buffer)".formatted(sides.missing()),
                sides.rightToWrong().size(),
                sides.wrongToRight().size()));
    lines.say("right to wrong: " + ReportLines.listed(changes(sides.rightToWrong())));
    lines.say("wrong to right: " + ReportLines.listed(changes(sides.wrongToRight())));
  }

  private static List<String> changes(List<ChangedSides.Changed> changed) {
    return changed.stream()
        .map(c -> "%s (%s): %s, then %s".formatted(c.imageId(), c.label(), c.a(), c.b()))
        .toList();
  }

  private static String byLabel(Map<String, String> labels) {
    Map<String, Integer> counts = new TreeMap<>();
    labels.values().forEach(label -> counts.merge(label, 1, Integer::sum));
    return counts.isEmpty()
        ? "none"
        : "%d: %s"
            .formatted(
                labels.size(),
                counts.entrySet().stream()
                    .map(count -> count.getKey() + " " + count.getValue())
                    .collect(Collectors.joining(", ")));
  }
}
