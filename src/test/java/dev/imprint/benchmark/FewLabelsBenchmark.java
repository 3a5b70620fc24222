package dev.imprint.benchmark;

import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.Position;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.model.metrics.Calibration;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.evaluation.Evaluation;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.training.selection.TooFewLabelsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How good a head is with few labels: draws so many photographs of each class, learns from them
 * with a fifth held out, with cross-validation, and with pictures without labels beside them, and
 * evaluates on another folder. {@code bin/benchmark-head few} runs it.
 */
final class FewLabelsBenchmark {
  private static final int DRAWS = 5;
  private static final int ORDERS = 101;
  private static final int UNLABELLED = BufferConfig.DEFAULTS.unlabelled();
  private static final int[] A_CLASS = {3, 5, 10, 20, 50, Integer.MAX_VALUE};

  private final List<Example> training;
  private final List<Example> judged;
  private final String backboneId;

  FewLabelsBenchmark(List<Example> training, List<Example> judged, String backboneId) {
    this.training = training;
    this.judged = judged;
    this.backboneId = backboneId;
  }

  static void run(Path training, Path judging) throws Exception {
    try (PhotographFolders folders = PhotographFolders.open()) {
      FewLabelsBenchmark benchmark =
          new FewLabelsBenchmark(
              folders.embedded(training), folders.embedded(judging), folders.backboneId());
      benchmark.labelsNeeded();
      benchmark.table();
    }
  }

  /** How many labels, in random order, it takes until there is something to train. */
  void labelsNeeded() {
    Trainer trainer = trainer(GateConfig.DEFAULTS.foldsBelow(), 1);
    int kinds = (int) training.stream().map(Example::label).distinct().count();
    List<Integer> first = new ArrayList<>();
    List<Integer> all = new ArrayList<>();
    for (int draw = 1; draw <= ORDERS; draw++) {
      List<Example> shuffled = new ArrayList<>(training);
      Collections.shuffle(shuffled, new Random(draw));
      first.add(labelsUntil(2, trainer, shuffled));
      all.add(labelsUntil(kinds, trainer, shuffled));
    }
    Collections.sort(first);
    Collections.sort(all);
    System.out.printf(
        "labels until a first head can be trained: median %d (%d to %d); until it knows all %d kinds:"
            + " median %d (%d to %d)%n",
        first.get(ORDERS / 2),
        first.get(0),
        first.get(ORDERS - 1),
        kinds,
        all.get(ORDERS / 2),
        all.get(0),
        all.get(ORDERS - 1));
  }

  private static int labelsUntil(int kinds, Trainer trainer, List<Example> shuffled) {
    int labels = 1;
    while (labels < shuffled.size() && kinds(trainer, shuffled.subList(0, labels)) < kinds) {
      labels++;
    }
    return labels;
  }

  private static int kinds(Trainer trainer, List<Example> examples) {
    try {
      return (int) trainer.selected(examples).stream().map(Example::label).distinct().count();
    } catch (TooFewLabelsException e) {
      return 0;
    }
  }

  void table() throws Exception {
    System.out.println("| labels per class | held out | cross-validated | + unlabelled | used |");
    System.out.println("|---|---|---|---|---|");
    for (int aClass : A_CLASS) {
      Row holdout = new Row();
      Row folds = new Row();
      Row taught = new Row();
      for (int draw = 1; draw <= (aClass == Integer.MAX_VALUE ? 1 : DRAWS); draw++) {
        List<Example> drawn = draw(aClass, draw);
        holdout.add(trainer(0, draw), Material.of(drawn));
        folds.add(trainer(GateConfig.DEFAULTS.foldsBelow(), draw), Material.of(drawn));
        taught.add(
            trainer(GateConfig.DEFAULTS.foldsBelow(), draw),
            new Material(drawn, unlabelled(drawn, draw)));
      }
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %s | %d |%n",
          aClass == Integer.MAX_VALUE ? "all" : aClass,
          holdout,
          folds,
          taught,
          taught.used);
    }
  }

  private List<Example> draw(int aClass, int seed) {
    List<Example> shuffled = new ArrayList<>(training);
    Collections.shuffle(shuffled, new Random(seed));
    Map<String, Integer> counts = new HashMap<>();
    return shuffled.stream()
        .filter(e -> counts.merge(e.label(), 1, Integer::sum) <= aClass)
        .toList();
  }

  private List<UnlabelledPicture> unlabelled(List<Example> drawn, int seed) {
    List<Example> others = new ArrayList<>(training);
    others.removeAll(drawn);
    Collections.shuffle(others, new Random(seed));
    return others.stream()
        .limit(UNLABELLED)
        .map(e -> new UnlabelledPicture(e.imageId(), new Position(0, 0), e.sha256(), e.embedding()))
        .toList();
  }

  private static Trainer trainer(int foldsBelow, long seed) {
    return new Trainer(
        new HeadTrainer(TensorFlowConfig.DEFAULT),
        TrainingConfig.DEFAULTS
            .withSeed(seed)
            .withGate(GateConfig.DEFAULTS.withFoldsBelow(foldsBelow)),
        "fp32",
        System::nanoTime);
  }

  /** Means over the draws. */
  private final class Row {
    private final List<Double> accuracies = new ArrayList<>();
    private final List<Double> macroF1s = new ArrayList<>();
    private double error;
    private double seconds;
    private int used;
    private String failure = "";

    void add(Trainer trainer, Material material) throws Exception {
      Candidate candidate;
      try {
        candidate =
            trainer.train(material, null, List.of(), backboneId, HeadTrainer.EpochListener.NONE);
      } catch (TooFewLabelsException e) {
        failure = "none";
        return;
      }
      Reliable answers = Reliable.of(candidate, judged);
      accuracies.add(answers.metrics().accuracy());
      macroF1s.add(answers.metrics().macroF1());
      error += answers.calibration().error();
      seconds += candidate.training().seconds();
      used += candidate.unlabelled().isEmpty() ? 0 : 1;
    }

    @Override
    public String toString() {
      int n = accuracies.size();
      return n == 0
          ? failure
          : String.format(
              Locale.ROOT,
              "%.3f ± %.3f, F1 %.3f, ECE %.3f, %.1f s%s",
              mean(accuracies),
              deviation(accuracies),
              mean(macroF1s),
              error / n,
              seconds / n,
              failure.isEmpty() ? "" : " (" + (DRAWS - n) + " " + failure + ")");
    }
  }

  private record Reliable(Metrics metrics, Calibration calibration) {
    static Reliable of(Candidate candidate, List<Example> judged) {
      List<String> truths = judged.stream().map(Example::label).toList();
      float[][] embeddings =
          judged.stream().map(e -> e.embedding().numbers()).toArray(float[][]::new);
      List<String> answers = candidate.head().predict(embeddings);
      return new Reliable(
          Evaluation.metrics(truths, answers),
          Evaluation.calibration(truths, candidate.head(), embeddings));
    }
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
  }

  private static double deviation(List<Double> values) {
    double mean = mean(values);
    return Math.sqrt(
        values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum()
            / Math.max(1, values.size() - 1));
  }
}
