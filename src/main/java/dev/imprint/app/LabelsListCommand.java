package dev.imprint.app;

import dev.imprint.app.LabelsOptions.ServiceLabels;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.buffer.Example;
import dev.imprint.model.Label;
import dev.imprint.model.LabelChanges;
import dev.imprint.model.ModelVersion;
import dev.imprint.terminal.Rows;
import dev.imprint.training.GateConfig;
import dev.imprint.training.LabelCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    description = {
      "List the labels: how many pictures each has, whether it is learned, and who gave it.",
      "Spellings that look like one label are named, with the command that merges them."
    })
final class LabelsListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  /**
   * One label. The JSON's fields are fixed.
   *
   * @param missing how many more pictures it needs to be learned
   * @param who number of its pictures by labeller
   */
  record LabelRow(
      String label,
      int examples,
      Status status,
      int missing,
      Map<String, Integer> who,
      List<String> formerNames) {
    /** Whether it is learned. */
    enum Status {
      /** The serving version knows it. */
      LEARNED,
      /** There are enough pictures for the next training. */
      WAITING,
      TOO_FEW,
      RETIRED
    }
  }

  /** The columns that fit a terminal. */
  private record ShortRow(String label, int examples, String status, String who) {
    static ShortRow of(LabelRow row, @Nullable ModelVersion serving) {
      String status =
          switch (row.status()) {
            case LEARNED -> "learned by " + (serving == null ? "" : serving.version());
            case WAITING -> "waits for a training";
            case TOO_FEW -> "needs %d more".formatted(row.missing());
            case RETIRED -> "retired";
          };
      String former = String.join(", ", row.formerNames());
      return new ShortRow(
          former.isEmpty() ? row.label() : "%s (was %s)".formatted(row.label(), former),
          row.examples(),
          status,
          LabelsOptions.people(row.who()));
    }
  }

  @Override
  public Integer call() {
    ImprintConfig config = models.config();
    ServiceLabels labels = LabelsOptions.read(config);
    List<LabelRow> rows = rows(labels, config.training().gate());
    ModelVersion serving = labels.models().serving();
    if (json) {
      Rows.print(spec.commandLine().getOut(), rows, true);
    } else {
      Rows.print(
          spec.commandLine().getOut(),
          rows.stream().map(row -> ShortRow.of(row, serving)).toList(),
          false);
    }
    LabelsOptions.spellings(labels.set()).forEach(spec.commandLine().getErr()::println);
    return Imprint.DONE;
  }

  private static List<LabelRow> rows(ServiceLabels labels, GateConfig gate) {
    LabelChanges changes = labels.models().labelChanges();
    ModelVersion serving = labels.models().serving();
    Map<String, List<Label>> byLabel = labels.set().byLabel();
    Map<String, LabelCount> counts =
        LabelCount.of(learnable(labels), gate).stream()
            .collect(Collectors.toMap(LabelCount::label, count -> count));
    Set<String> learned = new TreeSet<>();
    if (serving != null) {
      serving.labels().stream().map(changes::named).forEach(learned::add);
    }
    Set<String> all = new TreeSet<>(byLabel.keySet());
    all.addAll(learned);
    all.addAll(changes.retired());
    List<LabelRow> rows = new ArrayList<>();
    for (String label : all) {
      List<Label> its = byLabel.getOrDefault(label, List.of());
      LabelCount count = counts.getOrDefault(label, new LabelCount(label, 0, 0));
      LabelRow.Status status =
          changes.retired().contains(label)
              ? LabelRow.Status.RETIRED
              : learned.contains(label)
                  ? LabelRow.Status.LEARNED
                  : count.isEnough(gate) ? LabelRow.Status.WAITING : LabelRow.Status.TOO_FEW;
      rows.add(
          new LabelRow(
              label,
              its.size(),
              status,
              status == LabelRow.Status.TOO_FEW ? gate.minTraining() - count.learned() : 0,
              who(its),
              former(label, changes)));
    }
    return rows;
  }

  private static List<Example> learnable(ServiceLabels labels) {
    return labels.set().learnable(labels.models().labelChanges()).labels().stream()
        .map(LabelsOptions::withoutEmbedding)
        .toList();
  }

  private static Map<String, Integer> who(List<Label> labels) {
    Map<String, Integer> who = new TreeMap<>();
    LabelsOptions.byWho(labels).forEach((name, its) -> who.put(name, its.size()));
    return who;
  }

  private static List<String> former(String label, LabelChanges changes) {
    return changes.names().entrySet().stream()
        .filter(name -> name.getValue().equals(label))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
