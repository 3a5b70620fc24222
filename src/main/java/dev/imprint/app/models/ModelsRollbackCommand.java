package dev.imprint.app.models;

import dev.imprint.app.options.KafkaOptions;
import dev.imprint.rollout.ManualRollout;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "rollback",
    description = {
      "Serve the previous version again. Does not need a running service.",
      "A second rollback undoes the first."
    })
final class ModelsRollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Override
  public Integer call() {
    ManualRollout manualRollout = models.manualRollout();
    return ModelsOptions.decide(spec, () -> manualRollout.rollback(KafkaOptions.user(), "by hand"));
  }
}
