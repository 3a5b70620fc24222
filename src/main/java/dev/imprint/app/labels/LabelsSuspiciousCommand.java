package dev.imprint.app.labels;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.labels.LabelsOptions.ServiceLabels;
import dev.imprint.app.models.ModelsOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.buffer.Example;
import dev.imprint.comparison.VersionAnswers;
import dev.imprint.labels.ConfidentLearning;
import dev.imprint.labels.ConfidentLearning.Suspect;
import dev.imprint.labels.Contradictions;
import dev.imprint.model.Label;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import dev.imprint.training.Candidate;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.evaluation.UnseenAnswer;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "suspicious",
    description = {
      "List labels that are probably wrong, the most certain first.",
      "First, pictures that people have labelled differently; then those where heads that have not"
          + " learned from a picture are confident of another label. Runs here, not in the"
          + " service: the pictures are embedded, and if the serving version has no heads of"
          + " cross-validation, they are trained."
    })
final class LabelsSuspiciousCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "50",
      description = "List at most this many (${DEFAULT-VALUE}).")
  private int max;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  /**
   * One label. The JSON's fields are fixed.
   *
   * @param suggested more likely, or said by somebody else
   * @param confidence probability of the suggested label; null if people contradict each other
   * @param labelConfidence likewise of the label
   */
  record SuspiciousRow(
      String imageId,
      String label,
      String suggested,
      @Nullable Double confidence,
      @Nullable Double labelConfidence,
      @Nullable String who) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (max < 1) {
      throw new ParameterException(spec.commandLine(), "--max is %d: set 1 or more".formatted(max));
    }
    ImprintConfig config = models.config();
    ServiceLabels labels = LabelsOptions.read(config);
    List<SuspiciousRow> rows = new ArrayList<>();
    for (Contradictions.Contradiction each : Contradictions.among(labels.set().labels())) {
      rows.addAll(contradicting(each.labels()));
    }
    PrintWriter err = spec.commandLine().getErr();
    List<UnseenAnswer> answers;
    try (var backbone = new ModelFiles(config).openBackbone()) {
      List<Example> examples = EmbeddedLabels.read(config, labels, backbone, err);
      answers = VersionAnswers.of(ModelsOptions.store(config), backbone, examples);
      if (answers.isEmpty()) {
        err.println("training heads of cross-validation on %d pictures".formatted(examples.size()));
        answers = trained(config, backbone.precision(), backbone.id(), examples);
      }
      err.println(
          "%d of %d pictures judged by heads that have not learned from them"
              .formatted(answers.size(), examples.size()));
    } catch (TooFewLabelsException e) {
      if (rows.isEmpty()) {
        throw new CommandFailedException(String.valueOf(e.getMessage()), e);
      }
      err.println(e.getMessage());
      answers = List.of();
    }
    Map<String, Label> byId =
        labels.set().labels().stream()
            .collect(Collectors.toMap(Label::imageId, Function.identity()));
    for (Suspect suspect : ConfidentLearning.suspects(answers)) {
      Label label = byId.get(suspect.example().imageId());
      rows.add(row(suspect, label == null ? null : label.who()));
    }
    if (rows.size() > max) {
      err.println("%d in total; showing the first %d (--max)".formatted(rows.size(), max));
    }
    Rows.print(spec.commandLine().getOut(), rows.stream().limit(max).toList(), json);
    return ExitCodes.DONE;
  }

  private static List<UnseenAnswer> trained(
      ImprintConfig config, String precision, String backboneId, List<Example> examples)
      throws TooFewLabelsException, IOException, InterruptedException {
    Trainer trainer =
        new Trainer(
            new HeadTrainer(config.tensorflow()),
            config.training().withGate(config.training().gate().withFolds()),
            precision,
            System::nanoTime);
    Candidate candidate =
        trainer.train(
            Material.of(examples), null, List.of(), backboneId, HeadTrainer.EpochListener.NONE);
    return candidate.unseenAnswers().knowing(candidate.examples());
  }

  private static List<SuspiciousRow> contradicting(List<Label> labels) {
    return labels.stream()
        .map(
            label ->
                new SuspiciousRow(
                    label.imageId(),
                    label.label(),
                    labels.stream()
                        .map(Label::label)
                        .filter(other -> !other.equals(label.label()))
                        .distinct()
                        .collect(Collectors.joining(", ")),
                    null,
                    null,
                    label.who()))
        .toList();
  }

  private static SuspiciousRow row(Suspect suspect, @Nullable String who) {
    return new SuspiciousRow(
        suspect.example().imageId(),
        suspect.example().label(),
        suspect.suggested(),
        round(suspect.confidence()),
        round(suspect.labelConfidence()),
        who);
  }

  private static double round(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
