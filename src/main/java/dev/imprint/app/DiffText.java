package dev.imprint.app;

import dev.imprint.model.PlainText;
import dev.imprint.rollout.ChangedSides;
import dev.imprint.rollout.VersionDiff;
import dev.imprint.rollout.VersionDiff.Figures;
import dev.imprint.terminal.Rows;
import dev.imprint.terminal.Text;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The difference of two versions as text.
 *
 * @param width of the terminal, in columns
 */
record DiffText(PrintWriter out, int width) {
  private static final int MOST_NAMED = 10;
  private static final int INDENT = 4;

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
    say("a is %s, b is %s".formatted(diff.a(), diff.b()));
    out.println();
    if (diff.settings().isEmpty()) {
      say("settings: the same");
    } else {
      Rows.print(out, diff.settings().stream().map(SettingRow::of).toList(), false);
    }
    out.println();
    say("labels gained: " + listed(diff.gainedLabels()));
    say("labels lost: " + listed(diff.lostLabels()));
    print(diff.examples());
    out.println();
    Rows.print(out, diff.metrics().stream().map(FiguresRow::of).toList(), false);
    say("each on the pictures that it was judged on, not on the same ones");
    if (sides != null) {
      out.println();
      print(sides);
    }
  }

  private void print(VersionDiff.Examples examples) {
    say("examples in both: " + examples.common());
    say("examples gained: " + byLabel(examples.gained()));
    say("examples lost: " + byLabel(examples.lost()));
    say(
        "relabelled: "
            + listed(
                examples.relabelled().stream()
                    .map(e -> "%s from %s to %s".formatted(e.imageId(), e.a(), e.b()))
                    .toList()));
    if (!examples.otherPicture().isEmpty()) {
      say("with another picture: " + listed(examples.otherPicture().keySet()));
    }
  }

  private void print(ChangedSides sides) {
    say(
        "on %d pictures that neither had seen%s: %d from right to wrong, %d from wrong to right"
            .formatted(
                sides.compared(),
                sides.missing() == 0
                    ? ""
                    : " (%d more are no longer in the buffer)".formatted(sides.missing()),
                sides.rightToWrong().size(),
                sides.wrongToRight().size()));
    say("right to wrong: " + listed(changes(sides.rightToWrong())));
    say("wrong to right: " + listed(changes(sides.wrongToRight())));
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

  private static String listed(Collection<String> all) {
    String first = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return all.isEmpty()
        ? "none"
        : all.size() > MOST_NAMED
            ? "%s and %d more (--json lists all)".formatted(first, all.size() - MOST_NAMED)
            : first;
  }

  private void say(String line) {
    Text.wrap(PlainText.escaped(line), width, INDENT).forEach(out::println);
  }
}
