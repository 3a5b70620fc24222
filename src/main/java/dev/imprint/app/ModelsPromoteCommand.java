package dev.imprint.app;

import dev.imprint.model.ModelVersion;
import dev.imprint.rollout.ByHand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "promote",
    description = "Serve a version, whatever the gate's verdict. Does not need a running service.")
final class ModelsPromoteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(paramLabel = "VERSION", description = "Version, such as v12-15a7825e or v12.")
  private String version;

  @Override
  public Integer call() {
    ByHand byHand = models.byHand();
    String name =
        ModelsShowCommand.named(byHand.store().models(), version)
            .map(ModelVersion::version)
            .orElse(version);
    return ModelsOptions.decide(spec, () -> byHand.promote(name, KafkaOptions.user(), "by hand"));
  }
}
