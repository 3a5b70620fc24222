package dev.imprint.app.labels;

import dev.imprint.app.labels.LabelsOptions.ServiceLabels;
import dev.imprint.app.models.ModelsOptions;
import dev.imprint.labels.Contradictions;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Label;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "stats",
    description = {
      "Count the labels by who gave them.",
      "A label is contradicted if somebody else has labelled the picture differently."
    })
final class LabelsStatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  /** One labeller. The JSON's fields are fixed. */
  record LabellerRow(
      String who, int pictures, int labels, int contradicted, Instant first, Instant last) {}

  @Override
  public Integer call() {
    ServiceLabels all = LabelsOptions.read(models.config());
    List<Label> labels = all.set().labels();
    Set<String> contradicted = new HashSet<>();
    for (Contradictions.Contradiction each : Contradictions.among(labels)) {
      each.labels().forEach(label -> contradicted.add(label.imageId()));
    }
    List<LabellerRow> rows = new ArrayList<>();
    LabelledSet.byWho(labels).forEach((who, its) -> rows.add(row(who, its, contradicted)));
    rows.sort(Comparator.comparingInt(LabellerRow::pictures).reversed());
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      LabelChanges changes = all.models().labelChanges();
      out.println(
          "%d pictures, %d labels, %d retired, %d pictures contradicted"
              .formatted(
                  labels.size(),
                  all.set().learnable(changes).byLabel().size(),
                  changes.retired().size(),
                  contradicted.size()));
    }
    Rows.print(out, rows, json);
    return ExitCodes.DONE;
  }

  private static LabellerRow row(String who, List<Label> its, Set<String> contradicted) {
    List<Instant> times =
        its.stream().map(l -> l.labelledAt().truncatedTo(ChronoUnit.SECONDS)).sorted().toList();
    return new LabellerRow(
        who,
        its.size(),
        (int) its.stream().map(Label::label).distinct().count(),
        (int) its.stream().filter(label -> contradicted.contains(label.imageId())).count(),
        times.get(0),
        times.get(times.size() - 1));
  }
}
