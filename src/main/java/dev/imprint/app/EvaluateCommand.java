package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Json;
import dev.imprint.model.Interval;
import dev.imprint.model.LabelChanges;
import dev.imprint.model.Metrics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Pixels;
import dev.imprint.model.PlainText;
import dev.imprint.model.RejectedException;
import dev.imprint.model.ServingModel;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.terminal.Progress;
import dev.imprint.terminal.Rows;
import dev.imprint.training.Evaluation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "evaluate",
    description = {
      "Evaluate a version on labelled pictures: a folder for each label.",
      "Runs here, not in the service. Prints accuracy, precision, recall and F1, and which labels"
          + " were mistaken for which. Labels that the version never learned are listed separately"
          + " and do not count."
    })
final class EvaluateCommand implements Callable<Integer> {
  /** Pictures per batch. */
  private static final int BATCH = 32;

  private static final int MOST_NAMED = 10;

  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(paramLabel = "DIR", description = "A folder with a subfolder for each label.")
  private Path directory;

  @Option(
      names = "--version-name",
      paramLabel = "VERSION",
      description = "Version to evaluate, such as v12; the serving one by default.")
  private @Nullable String version;

  @Option(
      names = "--head",
      paramLabel = "FILE",
      description = "Evaluate the head in this file instead of a version.")
  private @Nullable Path headFile;

  @Option(names = "--json", description = "Print JSON instead of tables.")
  private boolean json;

  /** What a version's labels are called now. */
  private LabelChanges changes = LabelChanges.NONE;

  /** The JSON form; its fields are fixed. */
  record EvaluationReport(
      String modelVersion,
      @JsonUnwrapped Metrics metrics,
      int failed,
      Map<String, Long> unknownLabels) {}

  /** A picture and the name of its folder. */
  private record LabelledFile(Path file, String label) {
    LabelledFile under(LabelChanges changes) {
      return new LabelledFile(file, changes.named(label));
    }
  }

  @Override
  public Integer call() throws IOException {
    ImprintConfig config = models.config();
    List<LabelledFile> folders = examples(directory);
    HeadFile chosen = head(config);
    List<LabelledFile> all = folders.stream().map(file -> file.under(changes)).toList();
    ModelFiles files = new ModelFiles(config);
    PrintWriter err = spec.commandLine().getErr();
    String name;
    List<String> truths = new ArrayList<>();
    List<String> predicted = new ArrayList<>();
    Map<String, Long> unknown;
    List<LabelledFile> examples;
    try (var backbone =
            chosen == null ? files.openBackbone() : files.openWithId(chosen.head().backboneId());
        Progress progress = Progress.open("Evaluating", all.size(), err)) {
      HeadFile head = Objects.requireNonNull(files.first(chosen, backbone));
      name = head.version();
      unknown = unknown(all, head);
      examples = all.stream().filter(e -> !unknown.containsKey(e.label())).toList();
      ServingModel model = new ServingModel(name, backbone, head.head());
      for (int from = 0; from < examples.size(); from += BATCH) {
        List<LabelledFile> batch = examples.subList(from, Math.min(examples.size(), from + BATCH));
        List<Pixels> pixels = new ArrayList<>();
        for (LabelledFile example : batch) {
          try {
            pixels.add(backbone.decoder().decode(Files.readAllBytes(example.file())));
            truths.add(example.label());
          } catch (RejectedException e) {
            progress.print("%s: left out: %s".formatted(example.file(), e.getMessage()));
          }
          progress.step();
        }
        predicted.addAll(predict(model, head, pixels));
      }
    }
    if (truths.isEmpty()) {
      throw new CommandFailedException(
          "none of the pictures in %s can be read".formatted(directory));
    }
    int failed = examples.size() - truths.size();
    print(new EvaluationReport(name, Evaluation.metrics(truths, predicted), failed, unknown));
    return failed == 0 ? Imprint.DONE : Imprint.FAILED;
  }

  /**
   * Labels that the version never learned, with their numbers of pictures: it cannot be right on
   * these.
   *
   * @throws CommandFailedException if it knows none of them
   */
  private static Map<String, Long> unknown(List<LabelledFile> all, HeadFile head) {
    Set<String> known = new TreeSet<>(head.head().labels());
    Map<String, Long> unknown =
        all.stream()
            .map(LabelledFile::label)
            .filter(label -> !known.contains(label))
            .collect(Collectors.groupingBy(label -> label, TreeMap::new, Collectors.counting()));
    if (all.stream().allMatch(example -> unknown.containsKey(example.label()))) {
      throw new CommandFailedException(
          "%s has not learned any of these labels: %s. It knows %s"
              .formatted(head.version(), some(unknown.keySet()), some(known)));
    }
    return unknown;
  }

  private static String some(Collection<String> labels) {
    String first = labels.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return labels.size() > MOST_NAMED
        ? "%s and %d more".formatted(first, labels.size() - MOST_NAMED)
        : first;
  }

  private static List<String> predict(ServingModel model, HeadFile head, List<Pixels> pixels) {
    if (pixels.isEmpty()) {
      return List.of();
    }
    return head.head().predict(model.backbone().embed(pixels));
  }

  /** Null for the backbone's own classifier, if it is named or nothing else serves. */
  private @Nullable HeadFile head(ImprintConfig config) throws IOException {
    if (headFile != null) {
      try {
        return HeadFile.read(headFile);
      } catch (IOException e) {
        throw new CommandFailedException(
            "--head %s: %s; name a head file".formatted(headFile, e.getMessage()), e);
      }
    }
    ModelStore store = ModelsOptions.store(config);
    Models all = store.models();
    if (isClassifier(all, config)) {
      return null;
    }
    ModelVersion found = ModelsShowCommand.find(all, version);
    HeadFile file = store.head(found);
    changes = all.labelChanges();
    try {
      return new HeadFile(file.version(), file.head().under(changes), List.of());
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(
          "all labels of %s are retired: evaluate another version".formatted(found.version()), e);
    }
  }

  private boolean isClassifier(Models all, ImprintConfig config) {
    ModelFiles files = new ModelFiles(config);
    return version == null
        ? all.rollout() == null
            && config.serving().head() == null
            && !files.description().labels().isEmpty()
        : all.version(version) == null && version.equals(files.classifierVersion());
  }

  private static List<LabelledFile> examples(Path directory) throws IOException {
    List<LabelledFile> examples = new ArrayList<>();
    for (ImageFile file : ImageFile.find(List.of(directory))) {
      int slash = file.id().indexOf('/');
      if (slash < 0) {
        throw new CommandFailedException(
            "%s is not in a label's folder: move it into a folder named after what it shows"
                .formatted(file.path()));
      }
      examples.add(new LabelledFile(file.path(), truth(file.id().substring(0, slash))));
    }
    return examples;
  }

  /** The folder's name in the form in which labels are learned. */
  private static String truth(String folder) {
    try {
      return PlainText.label(folder);
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(
          "the folder's name %s %s".formatted(folder, e.getMessage()), e);
    }
  }

  private void print(EvaluationReport result) {
    PrintWriter out = spec.commandLine().getOut();
    Metrics metrics = result.metrics();
    if (json) {
      out.println(new String(Json.encode(result), UTF_8));
      return;
    }
    out.println(
        "%s on %d pictures: accuracy %.3f (%s)"
            .formatted(
                result.modelVersion(),
                metrics.examples(),
                metrics.accuracy(),
                metrics.accuracyInterval().text()));
    out.println(mean("macro F1", metrics.macroF1(), metrics.macroF1Interval()));
    out.println(
        mean("macro precision", metrics.macroPrecision(), metrics.macroPrecisionInterval()));
    out.println(mean("macro recall", metrics.macroRecall(), metrics.macroRecallInterval()));
    out.println("In parentheses: 95 % intervals.");
    out.println();
    Rows.print(out, metrics.labels().stream().map(LabelRow::of).toList(), false);
    out.println();
    confusion(metrics).forEach(out::println);
    if (!result.unknownLabels().isEmpty()) {
      out.println();
      out.println(
          result.unknownLabels().entrySet().stream()
              .map(label -> "%s (%d pictures)".formatted(label.getKey(), label.getValue()))
              .collect(
                  Collectors.joining(
                      ", ",
                      "not counted, because %s never learned these labels: "
                          .formatted(result.modelVersion()),
                      "")));
    }
  }

  private static String mean(String name, double value, Interval interval) {
    return "%-15s %.3f (%s)".formatted(name, value, interval.text());
  }

  private record LabelRow(String label, String precision, String recall, String f1, int pictures) {
    static LabelRow of(Metrics.PerLabel label) {
      return new LabelRow(
          label.label(),
          figure(label.precision(), label.precisionInterval()),
          figure(label.recall(), label.recallInterval()),
          figure(label.f1(), label.f1Interval()),
          label.support());
    }

    private static String figure(double value, @Nullable Interval interval) {
      return interval == null
          ? "%.2f".formatted(value)
          : "%.2f (%.2f–%.2f)".formatted(value, interval.low(), interval.high());
    }
  }

  /** The labels mistaken for others, most frequent first. */
  private static List<String> confusion(Metrics metrics) {
    record Mistake(String truth, String taken, int count) {}
    List<Mistake> mistakes = new ArrayList<>();
    for (int t = 0; t < metrics.labels().size(); t++) {
      for (int p = 0; p < metrics.labels().size(); p++) {
        int count = metrics.confusion().get(t).get(p);
        if (t != p && count > 0) {
          String truth = metrics.labels().get(t).label();
          mistakes.add(new Mistake(truth, metrics.labels().get(p).label(), count));
        }
      }
    }
    return mistakes.stream()
        .sorted((a, b) -> Integer.compare(b.count(), a.count()))
        .map(m -> "%s mistaken for %s: %d".formatted(m.truth(), m.taken(), m.count()))
        .map(PlainText::escaped)
        .toList();
  }
}
