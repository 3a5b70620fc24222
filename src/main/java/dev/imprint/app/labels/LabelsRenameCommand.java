package dev.imprint.app.labels;

import dev.imprint.model.labels.LabelChange;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "rename",
    description = {
      "Rename a label, everywhere and immediately.",
      "A new version with the same weights takes over. The old name is still accepted and means the"
          + " new one. The exit code is 3 if it is refused."
    })
final class LabelsRenameCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LabelsChangeOptions options;

  @Parameters(index = "0", paramLabel = "OLD", description = "The label.")
  private String label;

  @Parameters(index = "1", paramLabel = "NEW", description = "Its new name.")
  private String into;

  @Override
  public Integer call() throws InterruptedException {
    return options.run(spec, LabelChange.Kind.RENAME, List.of(label), into);
  }
}
