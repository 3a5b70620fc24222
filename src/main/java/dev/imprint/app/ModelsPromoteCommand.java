package dev.imprint.app;

import dev.imprint.rollout.ByHand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "promote",
    description = "Have a version serve, whatever the gate said of it. Needs no running service.")
final class ModelsPromoteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(paramLabel = "VERSION", description = "Such as v12-15a7825e.")
  private String version;

  @Override
  public Integer call() {
    ByHand byHand = models.byHand();
    return ModelsOptions.decide(
        spec, () -> byHand.promote(version, KafkaOptions.user(), "by hand"));
  }
}
