package dev.imprint.app;

import dev.imprint.app.options.CommandOptions;
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
      "Train a new version on the service's labels.",
      "It serves only if the gate finds it no worse than the serving version."
    })
final class RetrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommandOptions command;

  @Option(
      names = "--wait",
      description =
          "Wait until it is done. The exit code is 3 if there are too few labels, if the gate"
              + " refuses the new version, or if it refused the newest one and no label is new. If"
              + " the serving version has already learned from all labels, the command says so, and"
              + " the exit code is 0.")
  private boolean wait;

  @Option(
      names = "--fine-tune",
      description =
          "Also train the last layers of the backbone (training.fine_tune). This takes minutes to"
              + " hours, in a separate process at low priority.")
  private boolean fineTune;

  @Option(
      names = "--force",
      description = "Train even without new labels since the newest version was trained.")
  private boolean force;

  @Override
  public Integer call() throws InterruptedException {
    return command.run(
        new CommandOptions.Request(fineTune ? Kind.FINE_TUNE : Kind.RETRAIN, force, null),
        wait,
        spec.commandLine().getOut(),
        spec.commandLine().getErr());
  }
}
