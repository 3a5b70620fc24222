package dev.imprint.app.dlq;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Clients;
import dev.imprint.event.RejectedRecord;
import dev.imprint.event.Topics;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "replay",
    description = {
      "Send the original images and feedback again once the cause is fixed.",
      "Remembers what it has replayed: the next replay sends only dead letters that have arrived"
          + " since."
    })
final class DlqReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;
  @Mixin private DlqOptions selection;

  @Option(names = "--max", paramLabel = "N", description = "Stop after N.")
  private @Nullable Long max;

  @Option(names = "--from-beginning", description = "Also send what has been replayed before.")
  private boolean fromBeginning;

  @Option(names = "--dry-run", description = "Print what would be sent, and send nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "With --dry-run: print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    ImprintConfig config = kafka.config();
    Clients clients = KafkaOptions.clients(config);
    Topics topics = config.topics();
    List<DlqTopic> all = selection.topics();
    TopicSetup.require(
        config,
        all.stream()
            .flatMap(each -> Stream.of(each.deadLetters(topics), each.originals(topics)))
            .toArray(String[]::new));
    PrintWriter out = spec.commandLine().getOut();
    Replay replay = new Replay(clients, config, spec.commandLine().getErr());
    List<RejectedRecord> chosen = new ArrayList<>();
    int failed = 0;
    for (DlqTopic each : all) {
      long most = (max == null ? Long.MAX_VALUE : max) - chosen.size();
      Replay.Replayed result =
          replay.run(
              each, new Replay.ReplaySelection(selection.reason(), most, fromBeginning, dryRun));
      chosen.addAll(result.chosen());
      failed += result.failed();
      if (!dryRun) {
        int sent = result.chosen().size();
        out.println(
            "replayed %d of %d dead letters to %s"
                .formatted(sent, sent + result.failed(), each.originals(topics)));
      }
    }
    if (dryRun) {
      Rows.print(out, chosen, json);
    }
    return failed == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
  }
}
