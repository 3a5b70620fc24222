package dev.imprint.app.labels;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.models.ModelsOptions;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.labels.LabelHistory;
import dev.imprint.rollout.Models;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import dev.imprint.terminal.Text;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    description = {
      "Show the history of an image's label: what was said, by whom, and what came of it.",
      "It goes back as far as the topics do, usually a week; the current label is always there."
    })
final class LabelsShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(paramLabel = "IMAGE_ID", description = "The key of the image's record.")
  private String imageId;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    ImprintConfig config = models.config();
    Models all = ModelsOptions.store(config).models();
    TopicSetup.require(config, LabelHistory.topics(config.topics()));
    List<LabelHistory.LabelEvent> events =
        LabelHistory.of(imageId, KafkaOptions.clients(config), config.topics(), all.labelChanges());
    if (events.isEmpty()) {
      throw new CommandFailedException(
          "nobody has said anything about %s, as far as the topics go back"
              .formatted(Text.oneLine(imageId)));
    }
    Rows.print(spec.commandLine().getOut(), events, json);
    return ExitCodes.DONE;
  }
}
