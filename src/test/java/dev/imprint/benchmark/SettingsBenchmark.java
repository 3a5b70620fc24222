package dev.imprint.benchmark;

import dev.imprint.buffer.Example;
import dev.imprint.model.ModelVersion.Trial;
import dev.imprint.model.head.Activation;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.tensorflow.head.ClassWeights;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.head.Optimizer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.evaluation.Evaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The gain from hidden layers, optimizers, class weights and the search for settings, with few
 * labels and with all. {@code bin/benchmark-head settings} runs it.
 */
final class SettingsBenchmark {
  private static final int SEEDS = 3;
  private static final String ALL = "all";
  private static final List<String> A_CLASS = List.of("10", "50", ALL);
  private static final int SECONDS = 60;

  private final List<Example> training;
  private final List<Example> judged;
  private final String backboneId;

  private SettingsBenchmark(List<Example> training, List<Example> judged, String backboneId) {
    this.training = training;
    this.judged = judged;
    this.backboneId = backboneId;
  }

  /**
   * @param options numbers of labels a class, and names of variants; without one of a kind, all
   */
  static void run(Path training, Path judging, List<String> options) throws Exception {
    SettingsBenchmark benchmark;
    try (PhotographFolders folders = PhotographFolders.open()) {
      benchmark =
          new SettingsBenchmark(
              folders.embedded(training), folders.embedded(judging), folders.backboneId());
    }
    benchmark.table(options);
  }

  private static Map<String, TrainingConfig> variants() {
    TrainingConfig usual = TrainingConfig.DEFAULTS;
    HeadTraining head = usual.head();
    Map<String, TrainingConfig> all = new LinkedHashMap<>();
    all.put("linear", usual);
    all.put("hidden 256", usual.withHead(head.withHidden(hidden(0.5f, false, 256))));
    all.put("hidden 256, no dropout", usual.withHead(head.withHidden(hidden(0, false, 256))));
    all.put("hidden 256, batch norm", usual.withHead(head.withHidden(hidden(0.5f, true, 256))));
    all.put("hidden 512 128", usual.withHead(head.withHidden(hidden(0.5f, false, 512, 128))));
    all.put("adamw", usual.withHead(by(Optimizer.ADAMW, 0.0005f, 0, 0)));
    all.put("rmsprop", usual.withHead(by(Optimizer.RMSPROP, 0.0005f, 0, 0)));
    all.put("sgd, 0.05, momentum 0.9", usual.withHead(by(Optimizer.SGD, 0.05f, 0.9f, 0)));
    all.put("sgd, 0.005, momentum 0.9", usual.withHead(by(Optimizer.SGD, 0.005f, 0.9f, 0)));
    all.put("label smoothing 0.1", usual.withHead(by(Optimizer.ADAM, 0.0005f, 0, 0.1f)));
    all.put("no class weights", usual.withHead(head.withClassWeights(ClassWeights.NONE)));
    all.put("search", usual.searching(SECONDS));
    return all;
  }

  private static HiddenLayers hidden(float dropout, boolean batchNorm, Integer... units) {
    return new HiddenLayers(List.of(units), Activation.RELU, dropout, batchNorm);
  }

  private static HeadTraining by(Optimizer optimizer, float rate, float momentum, float smoothing) {
    HeadTraining usual = TrainingConfig.DEFAULTS.head();
    return new HeadTraining(
        usual.epochs(),
        usual.patience(),
        usual.batchSize(),
        optimizer,
        rate,
        momentum,
        usual.weightDecay(),
        smoothing,
        usual.classWeights(),
        usual.hidden(),
        usual.seed());
  }

  private void table(List<String> options) throws Exception {
    List<String> numbers = among(A_CLASS, options);
    List<String> names = among(List.copyOf(variants().keySet()), options);
    System.out.println("| labels per class | head | accuracy | macro F1 | ECE | epochs | s |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (String aClass : numbers) {
      for (Map.Entry<String, TrainingConfig> variant : variants().entrySet()) {
        if (names.contains(variant.getKey())) {
          row(aClass, variant.getKey(), variant.getValue());
        }
      }
    }
  }

  /** Those that the options name, or all if they name none. */
  private static List<String> among(List<String> all, List<String> options) {
    List<String> named = all.stream().filter(options::contains).toList();
    return named.isEmpty() ? all : named;
  }

  private void row(String aClass, String name, TrainingConfig config) throws Exception {
    List<String> truths = judged.stream().map(Example::label).toList();
    float[][] embeddings =
        judged.stream().map(example -> example.embedding().numbers()).toArray(float[][]::new);
    List<Double> accuracies = new ArrayList<>();
    double macroF1 = 0;
    double error = 0;
    double epochs = 0;
    double seconds = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      Candidate candidate =
          new Trainer(
                  new HeadTrainer(TensorFlowConfig.DEFAULT),
                  config.withSeed(seed),
                  "fp32",
                  System::nanoTime)
              .train(
                  Material.of(draw(aClass, seed)),
                  null,
                  List.of(),
                  backboneId,
                  HeadTrainer.EpochListener.NONE);
      Metrics metrics = Evaluation.metrics(truths, candidate.head().predict(embeddings));
      accuracies.add(metrics.accuracy());
      macroF1 += metrics.macroF1() / SEEDS;
      error += Evaluation.calibration(truths, candidate.head(), embeddings).error() / SEEDS;
      epochs +=
          Double.parseDouble(candidate.training().configuration().get("epochs_trained")) / SEEDS;
      seconds += candidate.training().seconds() / SEEDS;
      candidate.training().trials().forEach(SettingsBenchmark::print);
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.3f (%s) | %.3f | %.3f | %.0f | %.1f |%n",
        aClass,
        name,
        accuracies.stream().mapToDouble(a -> a).average().orElseThrow(),
        String.join(", ", accuracies.stream().map("%.3f"::formatted).toList()),
        macroF1,
        error,
        epochs,
        seconds);
  }

  private static void print(Trial trial) {
    System.out.printf(
        Locale.ROOT,
        "    loss %.4f, accuracy %.3f, %d epochs%s: %s%n",
        trial.loss(),
        trial.accuracy(),
        trial.epochs(),
        trial.chosen() ? ", chosen" : "",
        trial.settings());
  }

  private List<Example> draw(String aClass, int seed) {
    int most = aClass.equals(ALL) ? Integer.MAX_VALUE : Integer.parseInt(aClass);
    List<Example> shuffled = new ArrayList<>(training);
    Collections.shuffle(shuffled, new Random(seed));
    Map<String, Integer> counts = new HashMap<>();
    return shuffled.stream().filter(e -> counts.merge(e.label(), 1, Integer::sum) <= most).toList();
  }
}
