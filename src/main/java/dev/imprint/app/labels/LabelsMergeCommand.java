package dev.imprint.app.labels;

import dev.imprint.model.labels.LabelChange;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "merge",
    description = {
      "Merge several labels into one, everywhere and immediately.",
      "A new version that adds up their probabilities takes over, and a training run starts. The old"
          + " names are still accepted and mean the new label. The exit code is 3 if it is refused."
    })
final class LabelsMergeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LabelsChangeOptions options;

  @Parameters(
      paramLabel = "LABEL",
      arity = "2..*",
      description = "The labels, and last the one to merge them into: one of them, or another.")
  private List<String> labels;

  @Override
  public Integer call() throws InterruptedException {
    int last = labels.size() - 1;
    if (last > LabelChange.MOST_LABELS) {
      throw new ParameterException(
          spec.commandLine(), "merge at most %d labels at once".formatted(LabelChange.MOST_LABELS));
    }
    return options.run(spec, LabelChange.Kind.MERGE, labels.subList(0, last), labels.get(last));
  }
}
