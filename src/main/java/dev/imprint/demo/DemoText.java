package dev.imprint.demo;

import dev.imprint.model.Prediction;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.terminal.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * The demo's lines.
 *
 * @param ansi whether they are coloured
 * @param width of the terminal now, in columns
 */
record DemoText(Ansi ansi, IntSupplier width) {
  /** Below this width, predictions are written more compactly. */
  private static final int NARROW = 60;

  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  static String millis(Duration duration) {
    return String.format(
        Locale.ROOT, duration.toMillis() < 10 ? "%.1f ms" : "%.0f ms", duration.toNanos() / 1e6);
  }

  /** As in {@code belt-17 washer 0.98 ✓}, with the truth if the model is wrong. */
  String prediction(Prediction prediction, @Nullable String truth) {
    String label = Text.oneLine(Objects.requireNonNullElse(prediction.label(), "-"));
    boolean narrow = width.getAsInt() < NARROW;
    String mark = "";
    if (truth != null) {
      mark =
          label.equals(truth)
              ? ansi.string("@|green ✓|@")
              : ansi.string("@|red ✗|@") + (narrow ? " " : " truth: ") + Text.oneLine(truth);
    }
    return String.format(
            Locale.ROOT,
            narrow ? "%-9s %-10s %.2f %s" : "%-12s  %-10s  %.2f  %s",
            id(prediction.imageId()),
            label,
            prediction.confidence(),
            mark)
        .stripTrailing();
  }

  /** Paths are long; label and truth need part of the line too. */
  private String id(String id) {
    int columns = width.getAsInt();
    return Text.end(Text.oneLine(id), columns < NARROW ? Math.max(8, columns - 29) : columns / 2);
  }

  String rejection(String id, String reason) {
    return String.format(
        Locale.ROOT, "%-12s  %s %s", id(id), ansi.string("@|red rejected|@"), Text.oneLine(reason));
  }

  /** A line that stands out from the predictions. */
  String news(News news) {
    if (news instanceof News.Serves serves) {
      return ansi.string("@|bold,green ▲ %s serves:|@ ".formatted(serves.version())) + serves.why();
    }
    if (news instanceof News.RefusedVersion refused) {
      return ansi.string("@|bold,yellow ▽ %s|@ ".formatted(refused.version())) + refused.why();
    }
    if (news instanceof News.Entered entered) {
      return ansi.string("@|bold ■ %s|@".formatted(scene(entered.phase())));
    }
    if (news instanceof News.Told told) {
      return ansi.string("@|bold ■|@ ") + told.what();
    }
    return ansi.string("@|bold,red ■|@ ") + ((News.FailedTraining) news).why();
  }

  private static String scene(Phase phase) {
    return switch (phase) {
      case COLD -> "There is no model yet. An inspector labels some of the pictures.";
      case LEARNED -> "The model has learned the parts.";
      case NEW_LIGHT -> "The light changes: evening sun shines through a slatted blind.";
      case RECOVERED -> "The model has learned the new light.";
      case NEW_PART -> "A new kind of part appears: clips.";
      case DONE -> "The model has learned the new part.";
    };
  }

  /** One status line: the most important comes first, and what does not fit is left out. */
  String status(PicturesReport report, Learning.Live live) {
    PicturesReport.Counts counts = report.counts();
    List<String> facts = new ArrayList<>();
    if (counts.lost() + counts.doubled() > 0) {
      facts.add("%,d lost, %,d duplicated".formatted(counts.lost(), counts.doubled()));
    }
    Share recent = live.recent();
    if (recent.all() > 0) {
      facts.add("accuracy %s %% over the last %d".formatted(recent.text(), recent.all()));
    }
    facts.add("model " + live.version());
    if (live.feedback() > 0) {
      facts.add("%,d labels".formatted(live.feedback()));
    }
    facts.add("%,d in, %,d out".formatted(counts.sent(), counts.predicted()));
    if (report.rejectedSum() > 0) {
      facts.add("%,d rejected".formatted(report.rejectedSum()));
    }
    PicturesReport.Latency latency = report.latency();
    facts.add("p50 %s, p99 %s".formatted(millis(latency.p50()), millis(latency.p99())));
    StringBuilder line = new StringBuilder("— " + facts.get(0));
    for (String fact : facts.subList(1, facts.size())) {
      if (line.length() + 3 + fact.length() < width.getAsInt()) {
        line.append(" · ").append(fact);
      }
    }
    return ansi.string("@|faint " + line + "|@");
  }

  /** The complete summary, at the end. */
  List<String> summary(DemoReport report) {
    PicturesReport pictures = report.pictures();
    PicturesReport.Counts counts = pictures.counts();
    PicturesReport.Latency latency = pictures.latency();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(fact("sent", "%,d".formatted(counts.sent())));
    lines.add(fact("predicted", "%,d".formatted(counts.predicted())));
    lines.add(
        fact("rejected", "%,d%s".formatted(pictures.rejectedSum(), list(pictures.rejected()))));
    lines.add(fact("lost", "%,d".formatted(counts.lost())));
    lines.add(fact("duplicated", "%,d".formatted(counts.doubled())));
    lines.add(
        fact(
            "latency",
            "p50 %s, p99 %s, slowest %s"
                .formatted(millis(latency.p50()), millis(latency.p99()), millis(latency.max()))));
    lines.addAll(new LearningText(report.learning()).lines(width.getAsInt()));
    return lines;
  }

  /**
   * The accuracy, and a line for each class.
   *
   * @param metrics with their confusion matrix
   */
  static List<String> accuracy(Metrics metrics) {
    List<String> rows = new ArrayList<>();
    int right = 0;
    for (int truth = 0; truth < metrics.labels().size(); truth++) {
      Metrics.PerLabel label = metrics.labels().get(truth);
      right += (int) Math.round(label.recall() * label.support());
      if (label.support() > 0) {
        rows.add(row(metrics, truth));
      }
    }
    String share = percent(metrics.accuracy());
    List<String> lines = new ArrayList<>();
    String interval = metrics.accuracyInterval().percent();
    lines.add(
        fact(
            "accuracy",
            "%s (95 %%: %s; %,d of %,d)".formatted(share, interval, right, metrics.examples())));
    lines.addAll(rows);
    return lines;
  }

  static String fact(String name, String value) {
    return String.format(Locale.ROOT, "%-10s  %s", name, value);
  }

  private static String list(Map<String, Integer> counts) {
    return counts.isEmpty()
        ? ""
        : counts.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
  }

  private static String row(Metrics metrics, int truth) {
    List<Integer> answers = metrics.confusion().get(truth);
    String mistakes =
        IntStream.range(0, answers.size())
            .filter(answer -> answer != truth && answers.get(answer) > 0)
            .mapToObj(answer -> answers.get(answer) + " × " + metrics.labels().get(answer).label())
            .collect(Collectors.joining(", "));
    return String.format(
            Locale.ROOT,
            "  %-10s %,6d of %,d%s",
            metrics.labels().get(truth).label(),
            answers.get(truth),
            metrics.labels().get(truth).support(),
            mistakes.isEmpty() ? "" : "   taken for " + mistakes)
        .stripTrailing();
  }
}
