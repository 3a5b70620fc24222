package dev.imprint.app.labels;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.labels.LabelsOptions.ServiceLabels;
import dev.imprint.app.models.ModelsOptions;
import dev.imprint.labels.LabelStanding;
import dev.imprint.model.ModelVersion;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import java.util.List;
import java.util.concurrent.Callable;
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
      "Labels that look like spellings of the same one are named, with the command that"
          + " merges them."
    })
final class LabelsListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  /** The columns that fit a terminal. */
  private record ShortRow(String label, int examples, String status, String who) {
    static ShortRow of(LabelStanding row, @Nullable ModelVersion serving) {
      String status =
          switch (row.status()) {
            case LEARNED -> "learned by " + (serving == null ? "" : serving.version());
            case WAITING -> "waits for a training run";
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
    List<LabelStanding> rows =
        LabelStanding.of(
            labels.set(),
            labels.models().labelChanges(),
            labels.models().serving(),
            config.training().gate());
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
    return ExitCodes.DONE;
  }
}
