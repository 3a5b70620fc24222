package dev.imprint.app.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.sending.ImageFile;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Json;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.labels.PlainText;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Progress;
import dev.imprint.training.evaluation.Evaluation;
import java.io.IOException;
import java.io.PrintWriter;
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
public final class EvaluateCommand implements Callable<Integer> {
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

  /** The current names of a version's labels. */
  private LabelChanges changes = LabelChanges.NONE;

  // Null unless a version is evaluated.
  private @Nullable ModelVersion found;

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
    Map<String, Long> unknown;
    List<LabelledFile> examples;
    Answers answers;
    try (var backbone = open(files, chosen, config);
        Progress progress = Progress.open("Evaluating", all.size(), err)) {
      HeadFile head = Objects.requireNonNull(files.first(chosen, backbone));
      name = head.version();
      unknown = unknown(all, head);
      examples = all.stream().filter(e -> !unknown.containsKey(e.label())).toList();
      answers = answers(examples, backbone, head, config.images().maxBytes(), progress);
    }
    List<String> truths = answers.truths();
    List<String> predicted = answers.predicted();
    if (truths.isEmpty()) {
      throw new CommandFailedException(
          "none of the pictures in %s can be read".formatted(directory));
    }
    int failed = examples.size() - truths.size();
    EvaluationReport report =
        new EvaluationReport(name, Evaluation.metrics(truths, predicted), failed, unknown);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new String(Json.encode(report), UTF_8));
    } else {
      EvaluationText.print(out, report, Evaluation.mistakes(truths, predicted));
    }
    return failed == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  /** Labels and answers of the pictures that can be read, in order. */
  private record Answers(List<String> truths, List<String> predicted) {}

  private static Answers answers(
      List<LabelledFile> examples,
      Backbone backbone,
      HeadFile head,
      int maxBytes,
      Progress progress) {
    ServingModel model = new ServingModel(head.version(), backbone, head.head());
    List<String> truths = new ArrayList<>();
    List<String> predicted = new ArrayList<>();
    for (int from = 0; from < examples.size(); from += BATCH) {
      List<LabelledFile> batch = examples.subList(from, Math.min(examples.size(), from + BATCH));
      List<Pixels> pixels = new ArrayList<>();
      for (LabelledFile example : batch) {
        try {
          byte[] picture = ImageFile.read(example.file(), maxBytes);
          pixels.add(backbone.decoder().decode(picture));
          truths.add(example.label());
        } catch (IOException | RejectedException e) {
          progress.print("%s: left out: %s".formatted(example.file(), e.getMessage()));
        }
        progress.step();
      }
      predicted.addAll(predict(model, head, pixels));
    }
    return new Answers(truths, predicted);
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

  private KerasBackbone open(ModelFiles files, @Nullable HeadFile chosen, ImprintConfig config)
      throws IOException {
    ModelVersion its = found;
    if (its != null) {
      return files.openFor(its, ModelsOptions.store(config));
    }
    return chosen == null ? files.openBackbone() : files.openWithId(chosen.head().backboneId());
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
    ModelVersion its = ModelsShowCommand.find(all, version);
    found = its;
    HeadFile file = store.head(its);
    changes = all.labelChanges();
    try {
      return new HeadFile(file.version(), file.head().under(changes), List.of());
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(
          "all labels of %s are retired: evaluate another version".formatted(its.version()), e);
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
}
