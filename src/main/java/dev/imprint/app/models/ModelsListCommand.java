package dev.imprint.app.models;

import dev.imprint.app.config.ConfigException;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.metrics.Interval;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.Models;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "list", description = "List the versions, oldest first.")
final class ModelsListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  /**
   * One version. The JSON's fields are fixed.
   *
   * @param status {@code serving}, {@code promoted} (it passed the gate) or {@code refused}
   * @param holdout number of pictures that it was judged on
   * @param macroF1 on these; {@code championMacroF1} is that of the version that served, on the
   *     same
   */
  record VersionRow(
      String version,
      String status,
      Instant createdAt,
      @Nullable String parent,
      int labels,
      int holdout,
      double accuracy,
      double macroF1,
      @Nullable Double championMacroF1,
      String reason,
      Interval accuracyInterval,
      Interval macroF1Interval,
      @Nullable Interval championMacroF1Interval) {}

  /** The columns that fit a terminal; the verdict names the champion. */
  private record ShortRow(
      String version,
      String status,
      String created,
      int labels,
      int pictures,
      double accuracy,
      double macroF1,
      String verdict) {
    static ShortRow of(VersionRow row) {
      return new ShortRow(
          row.version(),
          row.status(),
          row.createdAt().truncatedTo(ChronoUnit.SECONDS).toString(),
          row.labels(),
          row.holdout(),
          row.accuracy(),
          row.macroF1(),
          "accuracy %s, macro F1 %s (95 %%); %s"
              .formatted(
                  row.accuracyInterval().text(), row.macroF1Interval().text(), row.reason()));
    }
  }

  @Override
  public Integer call() {
    ImprintConfig config = models.config();
    Models all = ModelsOptions.store(config).models();
    String serving = all.rollout() == null ? "" : all.rollout().serving();
    List<VersionRow> rows = new ArrayList<>();
    all.versions().forEach(version -> rows.add(row(version, serving)));
    if (json) {
      Rows.print(spec.commandLine().getOut(), rows, true);
    } else {
      Rows.print(spec.commandLine().getOut(), rows.stream().map(ShortRow::of).toList(), false);
    }
    PrintWriter err = spec.commandLine().getErr();
    all.unreadable().forEach((key, why) -> err.println(key + " cannot be read: " + why));
    if (all.rollout() == null && config.serving().head() == null) {
      sayClassifier(new ModelFiles(config), err);
    }
    return ExitCodes.DONE;
  }

  /**
   * The classifier is on no topic, so it has no row; versions are listed without the backbone's
   * file.
   */
  private static void sayClassifier(ModelFiles files, PrintWriter err) {
    try {
      String version = files.classifierVersion();
      if (version != null) {
        err.println(
            "%s serves until a version is promoted: the backbone's own classifier, %d labels"
                .formatted(version, files.description().labels().size()));
      }
    } catch (ConfigException e) {
      err.println("cannot tell whether a bundled classifier serves first: " + e.getMessage());
    }
  }

  private static VersionRow row(ModelVersion version, String serving) {
    ModelVersion.Judgement judgement = version.judgement();
    Metrics challenger = judgement.challenger();
    Metrics champion = judgement.champion();
    boolean serves = version.version().equals(serving);
    return new VersionRow(
        version.version(),
        serves ? "serving" : judgement.promoted() ? "promoted" : "refused",
        version.createdAt(),
        version.parent(),
        version.labels().size(),
        challenger.examples(),
        round(challenger.accuracy()),
        round(challenger.macroF1()),
        champion == null ? null : round(champion.macroF1()),
        judgement.reason(),
        round(challenger.accuracyInterval()),
        round(challenger.macroF1Interval()),
        champion == null ? null : round(champion.macroF1Interval()));
  }

  private static Interval round(Interval interval) {
    return new Interval(round(interval.low()), round(interval.high()));
  }

  private static double round(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
