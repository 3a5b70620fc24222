package dev.imprint.app.doctor;

import dev.imprint.app.options.KafkaOptions;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    description = {
      "Check this machine, the backbone, Kafka, the topics and the settings.",
      "The exit code is 1 if something does not work."
    })
public final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    List<Finding> findings = new Doctor(kafka.config(), InstantSource.system()).examine();
    Rows.print(spec.commandLine().getOut(), findings, json);
    return findings.stream().anyMatch(Finding::isError) ? ExitCodes.FAILED : ExitCodes.DONE;
  }
}
