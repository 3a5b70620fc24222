package dev.imprint.app;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "check", description = "Hold the topics against what the settings need.")
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
      return findings.stream().anyMatch(Finding::isError) ? Imprint.FAILED : Imprint.DONE;
    }
  }
}
