package dev.imprint.benchmark;

import dev.imprint.buffer.Example;
import dev.imprint.labels.ConfidentLearning;
import dev.imprint.labels.ConfidentLearning.Suspect;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.evaluation.Evaluation;
import dev.imprint.training.selection.GateConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How many wrong labels {@code labels suspicious} finds: a tenth of the labels of a folder of
 * photographs are changed by chance.
 */
final class LabelNoiseBenchmark {
  private static final double WRONG = 0.1;
  private static final int SEEDS = 3;

  private final List<Example> examples;
  private final List<Example> judged;
  private final String backboneId;

  private LabelNoiseBenchmark(List<Example> examples, List<Example> judged, String backboneId) {
    this.examples = examples;
    this.judged = judged;
    this.backboneId = backboneId;
  }

  /**
   * @param args a folder to train on and one to judge on, each with a folder per label
   */
  public static void main(String[] args) throws Exception {
    LabelNoiseBenchmark benchmark;
    try (PhotographFolders folders = PhotographFolders.open()) {
      benchmark =
          new LabelNoiseBenchmark(
              folders.embedded(Path.of(args[0])),
              folders.embedded(Path.of(args[1])),
              folders.backboneId());
    }
    benchmark.run();
    System.exit(0);
  }

  private void run() throws Exception {
    print("all labels right: accuracy %.3f", accuracy(train(examples)));
    for (int seed = 1; seed <= SEEDS; seed++) {
      List<Example> noisy = new ArrayList<>(examples);
      Set<String> planted = plant(noisy, new Random(seed));
      Candidate candidate = train(noisy);
      List<Suspect> suspects =
          ConfidentLearning.suspects(candidate.unseenAnswers().knowing(candidate.examples()));
      Set<String> asMany = ids(suspects.subList(0, Math.min(planted.size(), suspects.size())));
      Set<String> all = ids(suspects);
      print(
          "seed %d: of %d wrong labels %d found among as many suggestions, %d among all %d;"
              + " accuracy %.3f with them, %.3f without the first, %.3f without all suggestions",
          seed,
          planted.size(),
          asMany.stream().filter(planted::contains).count(),
          all.stream().filter(planted::contains).count(),
          all.size(),
          accuracy(candidate),
          accuracy(train(without(noisy, asMany))),
          accuracy(train(without(noisy, all))));
    }
  }

  private static Set<String> plant(List<Example> noisy, Random random) {
    List<String> labels = noisy.stream().map(Example::label).distinct().sorted().toList();
    Set<String> planted = new HashSet<>();
    while (planted.size() < noisy.size() * WRONG) {
      int i = random.nextInt(noisy.size());
      Example was = noisy.get(i);
      String label = labels.get(random.nextInt(labels.size()));
      if (!label.equals(was.label()) && planted.add(was.imageId())) {
        noisy.set(
            i,
            new Example(
                was.imageId(),
                label,
                was.sha256(),
                was.group(),
                was.labelledAt(),
                was.embedding()));
      }
    }
    return planted;
  }

  private static Set<String> ids(List<Suspect> suspects) {
    return suspects.stream().map(s -> s.example().imageId()).collect(Collectors.toSet());
  }

  private static List<Example> without(List<Example> examples, Set<String> ids) {
    return examples.stream().filter(example -> !ids.contains(example.imageId())).toList();
  }

  private Candidate train(List<Example> some) throws Exception {
    return new Trainer(
            new HeadTrainer(TensorFlowConfig.DEFAULT),
            TrainingConfig.DEFAULTS.withGate(GateConfig.DEFAULTS.withFolds()),
            "fp32",
            System::nanoTime)
        .train(Material.of(some), null, List.of(), backboneId, HeadTrainer.EpochListener.NONE);
  }

  private double accuracy(Candidate candidate) {
    return Evaluation.metrics(
            judged.stream().map(Example::label).toList(),
            candidate
                .head()
                .predict(judged.stream().map(e -> e.embedding().numbers()).toArray(float[][]::new)))
        .accuracy();
  }

  private static void print(String text, Object... values) {
    System.out.printf(Locale.ROOT, text + "%n", values);
  }
}
