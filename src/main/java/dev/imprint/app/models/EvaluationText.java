package dev.imprint.app.models;

import dev.imprint.app.models.EvaluateCommand.EvaluationReport;
import dev.imprint.model.labels.PlainText;
import dev.imprint.model.metrics.Interval;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.terminal.Rows;
import dev.imprint.training.evaluation.Evaluation.Mistake;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An evaluation for people: figures with their intervals, a row for each label, mistakes. */
final class EvaluationText {
  private EvaluationText() {}

  static void print(PrintWriter out, EvaluationReport report, List<Mistake> mistakes) {
    Metrics metrics = report.metrics();
    out.println(
        "%s on %d pictures: accuracy %.3f (%s)"
            .formatted(
                report.modelVersion(),
                metrics.examples(),
                metrics.accuracy(),
                metrics.accuracyInterval().text()));
    out.println(mean("macro F1", metrics.macroF1(), metrics.macroF1Interval()));
    out.println(
        mean("macro precision", metrics.macroPrecision(), metrics.macroPrecisionInterval()));
    out.println(mean("macro recall", metrics.macroRecall(), metrics.macroRecallInterval()));
    out.println("In parentheses: 95 % intervals.");
    out.println();
    Rows.print(out, metrics.labels().stream().map(LabelRow::of).toList(), false);
    out.println();
    mistakes.stream()
        .map(m -> "%s mistaken for %s: %d".formatted(m.truth(), m.taken(), m.count()))
        .map(PlainText::escaped)
        .forEach(out::println);
    if (!report.unknownLabels().isEmpty()) {
      out.println();
      out.println(
          report.unknownLabels().entrySet().stream()
              .map(label -> "%s (%d pictures)".formatted(label.getKey(), label.getValue()))
              .collect(
                  Collectors.joining(
                      ", ",
                      "not counted, because %s never learned these labels: "
                          .formatted(report.modelVersion()),
                      "")));
    }
  }

  private static String mean(String name, double value, Interval interval) {
    return "%-15s %.3f (%s)".formatted(name, value, interval.text());
  }

  private record LabelRow(String label, String precision, String recall, String f1, int pictures) {
    static LabelRow of(Metrics.PerLabel label) {
      return new LabelRow(
          label.label(),
          figure(label.precision(), label.precisionInterval()),
          figure(label.recall(), label.recallInterval()),
          figure(label.f1(), label.f1Interval()),
          label.support());
    }

    private static String figure(double value, @Nullable Interval interval) {
      return interval == null
          ? "%.2f".formatted(value)
          : "%.2f (%.2f–%.2f)".formatted(value, interval.low(), interval.high());
    }
  }
}
