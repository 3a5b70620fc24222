package dev.imprint.app.models;

import dev.imprint.app.config.ConfigException;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.Rollout;
import dev.imprint.rollout.ManualRollout;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.RefusedException;
import dev.imprint.terminal.ExitCodes;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** Options shared by commands about versions. */
public final class ModelsOptions {
  @Mixin private KafkaOptions kafka;

  public ImprintConfig config() {
    return kafka.config();
  }

  /**
   * @throws CommandFailedException if the topics are missing
   */
  public static ModelStore store(ImprintConfig config) {
    Clients clients = KafkaOptions.clients(config);
    Topics topics = config.topics();
    TopicSetup.require(config, topics.models(), topics.artifacts());
    return new ModelStore(clients, topics);
  }

  /**
   * Its decisions throw a {@link ConfigException} if no leader has announced which backbones are
   * open, and the files of those configured here cannot be read.
   *
   * @throws CommandFailedException if the topics are missing
   */
  ManualRollout manualRollout() {
    ImprintConfig config = config();
    return new ManualRollout(
        store(config), config.applicationId(), new ModelFiles(config)::configured);
  }

  /** A decision about which version serves. */
  @FunctionalInterface
  interface RolloutDecision {
    Rollout make() throws RefusedException;
  }

  /** Makes the decision, prints the result, and returns the exit code. */
  static int decide(CommandSpec spec, RolloutDecision decision) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      Rollout rollout = decision.make();
      out.println(
          "%s is now serving%s"
              .formatted(
                  rollout.serving(),
                  rollout.previous() == null ? "" : " in place of " + rollout.previous()));
      return ExitCodes.DONE;
    } catch (RefusedException e) {
      spec.commandLine().getErr().println("refused: " + e.getMessage());
      return ExitCodes.REFUSED;
    }
  }
}
