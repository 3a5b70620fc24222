package dev.imprint.app;

import dev.imprint.event.Clients;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "replay",
    description = {
      "Send the original images again, once the cause is mended.",
      "What was replayed is remembered: a second replay sends only what came since."
    })
final class DlqReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      converter = Reason.class,
      description = "Only those of this reason.")
  private @Nullable String reason;

  @Option(names = "--max", paramLabel = "N", description = "Stop after so many.")
  private @Nullable Long max;

  @Option(names = "--from-beginning", description = "Send again what was replayed before, too.")
  private boolean fromBeginning;

  @Option(names = "--dry-run", description = "Send nothing; print what would be sent.")
  private boolean dryRun;

  @Option(names = "--json", description = "With --dry-run: print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    ImprintConfig config = kafka.config();
    Clients clients = KafkaOptions.clients(config);
    try (Admin admin = clients.admin()) {
      new TopicSetup(admin, config).require(config.topics().imagesDlq(), config.topics().images());
    }
    Replay.Selection selection =
        new Replay.Selection(reason, max == null ? Long.MAX_VALUE : max, fromBeginning, dryRun);
    Replay.Result result = new Replay(clients, config, spec.commandLine().getErr()).run(selection);
    if (dryRun) {
      Rows.print(spec.commandLine().getOut(), result.chosen(), json);
    } else {
      spec.commandLine()
          .getOut()
          .println(
              "replayed %d of %d dead letters to %s"
                  .formatted(
                      result.chosen().size(),
                      result.chosen().size() + result.failed(),
                      config.topics().images()));
    }
    return result.failed() == 0 ? Imprint.DONE : Imprint.FAILED;
  }
}
