package dev.imprint.app.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.imprint.app.config.ConfigException;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.app.service.PastNetworks;
import dev.imprint.comparison.ChangedSides;
import dev.imprint.comparison.PastTraining;
import dev.imprint.comparison.VersionDiff;
import dev.imprint.event.Json;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.PlainText;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.RefusedException;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "diff",
    description = {
      "Compare two versions: settings, labels, examples, metrics and answers.",
      "Classifies the pictures of both manifests here, each by a head that has not learned from it;"
          + " that takes about as long as embedding them."
    })
final class ModelsDiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(index = "0", paramLabel = "A", description = "Version, such as v12-15a7825e or v12.")
  private String a;

  @Parameters(index = "1", paramLabel = "B", description = "The one to compare it with.")
  private String b;

  @Option(
      names = "--records-only",
      description = "Compare only records and manifests, without the pictures.")
  private boolean recordsOnly;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  /** The JSON form; its fields are fixed. */
  record DiffReport(@JsonUnwrapped VersionDiff diff, @Nullable ChangedSides changedSides) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    ImprintConfig config = models.config();
    ModelStore store = ModelsOptions.store(config);
    Models all = store.models();
    ModelVersion before = ModelsShowCommand.find(all, a);
    ModelVersion after = ModelsShowCommand.find(all, b);
    VersionDiff diff = VersionDiff.of(before, after, store);
    ChangedSides sides = recordsOnly ? null : changedSides(before, after, store, config);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      String text = new String(Json.encode(new DiffReport(diff, sides)), UTF_8);
      out.println(PlainText.escaped(text));
    } else {
      new DiffText(new ReportLines(out, Screen.width(out))).print(diff, sides);
    }
    return ExitCodes.DONE;
  }

  /** Null, with the reason on stderr, without a backbone or a label that is still in use. */
  private @Nullable ChangedSides changedSides(
      ModelVersion before, ModelVersion after, ModelStore store, ImprintConfig config)
      throws IOException, InterruptedException {
    ModelsReproduceCommand.requireBuffer(config);
    PrintWriter err = spec.commandLine().getErr();
    try {
      return ChangedSides.of(
          before,
          after,
          new PastTraining(
              store,
              config.buffer(),
              config.tensorflow(),
              new PastNetworks(new ModelFiles(config), store),
              err::println));
    } catch (ConfigException | RefusedException e) {
      err.println("pictures are not compared: " + e.getMessage());
      return null;
    }
  }
}
