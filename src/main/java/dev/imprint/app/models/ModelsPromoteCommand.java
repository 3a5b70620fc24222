package dev.imprint.app.models;

import dev.imprint.app.options.KafkaOptions;
import dev.imprint.model.ModelVersion;
import dev.imprint.rollout.ManualRollout;
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
    ManualRollout manualRollout = models.manualRollout();
    String name =
        ModelsShowCommand.named(manualRollout.store().models(), version)
            .map(ModelVersion::version)
            .orElse(version);
    return ModelsOptions.decide(
        spec, () -> manualRollout.promote(name, KafkaOptions.user(), "by hand"));
  }
}
