package dev.imprint.app.labels;

import dev.imprint.model.labels.LabelChange;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "retire",
    description = {
      "Stop predicting and learning a label, everywhere and immediately.",
      "A new version without it takes over. Its pictures are kept, like those labelled with it"
          + " from now on, but none of them is learned from until --undo. The exit code is 3 if"
          + " it is refused."
    })
final class LabelsRetireCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LabelsChangeOptions options;

  @Parameters(index = "0", paramLabel = "LABEL", description = "The label.")
  private String label;

  @Option(names = "--undo", description = "Learn it again, from the next training run on.")
  private boolean undo;

  @Override
  public Integer call() throws InterruptedException {
    LabelChange.Kind kind = undo ? LabelChange.Kind.RESTORE : LabelChange.Kind.RETIRE;
    return options.run(spec, kind, List.of(label), null);
  }
}
