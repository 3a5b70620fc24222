package dev.imprint.app.topics;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.KafkaAddress;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "create", description = "Create the topics that are missing.")
final class TopicsCreateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Partitions per topic; they limit how many threads can share the work"
              + " (${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      description = "Replicas of each partition; the broker's default if omitted.")
  private @Nullable Short replicationFactor;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    if (partitions < 1) {
      throw new ParameterException(
          spec.commandLine(), "--partitions is %d: set 1 or more".formatted(partitions));
    }
    ImprintConfig config = kafka.config();
    try (Admin admin = KafkaAddress.admin(config)) {
      var created =
          new TopicSetup(admin, config).create(partitions, Optional.ofNullable(replicationFactor));
      Rows.print(spec.commandLine().getOut(), created, json);
      return ExitCodes.DONE;
    }
  }
}
