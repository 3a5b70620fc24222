package dev.imprint.app;

import dev.imprint.rollout.ByHand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "rollback",
    description = {
      "Have the version serve that served before. Needs no running service.",
      "A second one comes back to where the first began."
    })
final class ModelsRollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Override
  public Integer call() {
    ByHand byHand = models.byHand();
    return ModelsOptions.decide(spec, () -> byHand.rollback(KafkaOptions.user(), "by hand"));
  }
}
