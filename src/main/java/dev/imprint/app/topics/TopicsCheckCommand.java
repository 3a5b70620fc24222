package dev.imprint.app.topics;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.doctor.Finding;
import dev.imprint.app.doctor.TopicCheck;
import dev.imprint.app.doctor.TransactionCheck;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.KafkaAddress;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "check", description = "Check that the topics match the settings.")
final class TopicsCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    ImprintConfig config = kafka.config();
    try (Admin admin = KafkaAddress.admin(config)) {
      TopicSetup topics = new TopicSetup(admin, config);
      List<Finding> findings = new ArrayList<>(new TopicCheck(topics).findings());
      findings.add(new TransactionCheck(topics).finding());
      Rows.print(spec.commandLine().getOut(), findings, json);
      return findings.stream().anyMatch(Finding::isError) ? ExitCodes.FAILED : ExitCodes.DONE;
    }
  }
}
