package dev.imprint.app;

import dev.imprint.model.Command.Kind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "retrain",
    description = {
      "Have the service train a new version on the labels that it has.",
      "It serves only if the gate finds it not worse than what serves now."
    })
final class RetrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommandOptions command;

  @Option(
      names = "--wait",
      description = "Until it is done; exit code 3 if the gate refuses the new version.")
  private boolean wait;

  @Override
  public Integer call() throws InterruptedException {
    return command.run(
        new CommandOptions.Request(Kind.RETRAIN, null, null),
        wait,
        spec.commandLine().getOut(),
        spec.commandLine().getErr());
  }
}
