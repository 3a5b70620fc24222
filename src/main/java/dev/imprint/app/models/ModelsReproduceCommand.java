package dev.imprint.app.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.app.service.PastNetworks;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.comparison.HeadComparison;
import dev.imprint.comparison.NetworkComparison;
import dev.imprint.comparison.PastTraining;
import dev.imprint.comparison.Reproduction;
import dev.imprint.event.Json;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.PlainText;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.RefusedException;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "reproduce",
    description = {
      "Train a version again from its record, and compare the result bit by bit.",
      "Reads the pictures of its manifest from the buffer, embeds them here and trains with the"
          + " recorded settings, seed and number of threads. Publishes nothing. Exit code 3 if that"
          + " cannot be done, because pictures were forgotten, for example; 1 if the head or a"
          + " fine-tuned network differs. A fine-tuned version takes as long as the first time, and up to"
          + " training.fine_tune.max_disk_mb of disk space in the data directory."
    })
final class ModelsReproduceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(
      paramLabel = "VERSION",
      arity = "0..1",
      description = "Version, such as v12-15a7825e or v12; the serving one if none is named.")
  private @Nullable String version;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  /** The JSON form; its fields are fixed. */
  record ReproductionReport(
      String version,
      boolean identical,
      int examples,
      Map<String, String> missing,
      Map<String, String> relabelled,
      List<String> differences,
      @Nullable HeadComparison comparison,
      @Nullable NetworkComparison network) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    ImprintConfig config = models.config();
    ModelStore store = ModelsOptions.store(config);
    ModelVersion found = ModelsShowCommand.find(store.models(), version);
    requireBuffer(config);
    TensorFlowConfig then = Reproduction.tensorflow(found, config.tensorflow());
    ModelFiles files = new ModelFiles(config.withTensorflow(then));
    PrintWriter err = spec.commandLine().getErr();
    Reproduction result;
    try {
      result =
          Reproduction.of(
              found,
              new PastTraining(
                  store, config.buffer(), then, new PastNetworks(files, store), err::println));
    } catch (RefusedException e) {
      err.println("refused: " + e.getMessage());
      return ExitCodes.REFUSED;
    }
    if (json) {
      print(result);
    } else {
      PrintWriter to = result.comparison() == null ? err : spec.commandLine().getOut();
      new ReproductionText(new ReportLines(to, Screen.width(to))).print(result);
    }
    if (result.comparison() == null) {
      return ExitCodes.REFUSED;
    }
    return result.identical() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  static void requireBuffer(ImprintConfig config) {
    TopicSetup.require(config, config.topics().labels(), config.topics().pictures());
  }

  private void print(Reproduction result) {
    ReproductionReport report =
        new ReproductionReport(
            result.version(),
            result.identical(),
            result.examples(),
            new TreeMap<>(result.missing()),
            new TreeMap<>(result.relabelled()),
            result.differences(),
            result.comparison(),
            result.network());
    spec.commandLine().getOut().println(PlainText.escaped(new String(Json.encode(report), UTF_8)));
  }
}
