package dev.imprint.benchmark;

import dev.imprint.augmentation.Recipe;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.View;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.LabelledEmbeddings;
import dev.imprint.tensorflow.head.TrainingData;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.tuning.TuningExample;
import dev.imprint.tensorflow.tuning.TuningProgress;
import dev.imprint.training.evaluation.Evaluation;
import dev.imprint.tuning.TuningLimits;
import dev.imprint.tuning.TuningOutcome;
import dev.imprint.tuning.TuningProcess;
import dev.imprint.tuning.TuningReport;
import dev.imprint.tuning.TuningRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * How much fine-tuning gains on photographs in one folder per class, and its cost: the same process
 * as in the service. {@code bin/benchmark-tuning} runs it.
 */
public final class TuningBenchmark {
  private static final int BATCH = 24;

  /** Of the training part, to say when to stop. */
  private static final int VALIDATION_PART = 10;

  private final TuningBenchmarkSettings settings;
  private final BackboneDescription description;
  private final PictureBudget budget = PictureBudget.of(ImageLimits.DEFAULT);
  private final Map<String, View> views = TuningBenchmarkViews.ALL;

  private TuningBenchmark(TuningBenchmarkSettings settings) {
    this.settings = settings;
    description = settings.description();
  }

  /** A photograph and its label. */
  private record Photograph(Path file, String label) {}

  /**
   * @param args a folder with train/ and validation/, then settings
   */
  public static void main(String[] args) throws Exception {
    List<String> given = List.of(args);
    TuningBenchmarkSettings settings = TuningBenchmarkSettings.of(given.subList(1, given.size()));
    new TuningBenchmark(settings).run(Path.of(args[0]));
    System.exit(0);
  }

  private void run(Path folder) throws Exception {
    for (long seed : settings.seeds()) {
      List<Photograph> training = photographs(folder.resolve("train"));
      Collections.shuffle(training, new Random(seed));
      training = training.subList(0, Math.min(settings.most(), training.size()));
      List<Photograph> judged = photographs(folder.resolve("validation"));
      print("seed %d: %d photographs to train, %d to judge", seed, training.size(), judged.size());
      try (KerasBackbone backbone =
          KerasBackbone.open(description, budget, settings.tensorflow())) {
        print("pretrained network:");
        DenseHead head = train(backbone, training, seed);
        judge(backbone, Map.of("its head", head), judged);
      }
      TuningOutcome outcome = tune(training, seed);
      print(outcome.report());
      try (KerasBackbone backbone =
          KerasBackbone.open(description, budget, settings.tensorflow(), outcome.top())) {
        print("fine-tuned network:");
        judge(backbone, Map.of("its head", outcome.head()), judged);
      }
    }
  }

  private static List<Photograph> photographs(Path folder) throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      return new ArrayList<>(
          all.filter(file -> file.toString().endsWith(".jpg"))
              .sorted()
              .map(file -> new Photograph(file, file.getName(file.getNameCount() - 2).toString()))
              .toList());
    }
  }

  private static boolean isValidation(int position) {
    return position % VALIDATION_PART == 0;
  }

  private DenseHead train(KerasBackbone backbone, List<Photograph> photographs, long seed)
      throws Exception {
    List<float[]> embeddings = embed(backbone, photographs, View.ORIGINAL);
    List<List<Embedding>> parts = List.of(new ArrayList<>(), new ArrayList<>());
    List<List<String>> labels = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < embeddings.size(); i++) {
      int part = isValidation(i) ? 1 : 0;
      parts.get(part).add(Embedding.of(embeddings.get(i), backbone.layers()));
      labels.get(part).add(photographs.get(i).label());
    }
    TrainingData data =
        TrainingData.of(
            new LabelledEmbeddings(parts.get(0), labels.get(0)),
            new LabelledEmbeddings(parts.get(1), labels.get(1)));
    return new HeadTrainer(settings.tensorflow())
        .train(backbone.id(), data, HeadTraining.withSeed(seed), HeadTrainer.EpochListener.NONE)
        .head();
  }

  private static List<float[]> embed(
      KerasBackbone backbone, List<Photograph> photographs, View view) throws Exception {
    List<float[]> embeddings = new ArrayList<>();
    for (int from = 0; from < photographs.size(); from += BATCH) {
      List<Pixels> pixels = new ArrayList<>();
      for (Photograph each :
          photographs.subList(from, Math.min(photographs.size(), from + BATCH))) {
        pixels.add(backbone.decoder().decode(Files.readAllBytes(each.file()), view));
      }
      embeddings.addAll(List.of(backbone.embed(pixels)));
    }
    return embeddings;
  }

  private void judge(
      KerasBackbone backbone, Map<String, DenseHead> heads, List<Photograph> photographs)
      throws Exception {
    List<String> truths = photographs.stream().map(Photograph::label).toList();
    for (Map.Entry<String, View> view : views.entrySet()) {
      float[][] embeddings = embed(backbone, photographs, view.getValue()).toArray(float[][]::new);
      for (Map.Entry<String, DenseHead> head : heads.entrySet()) {
        Metrics metrics = Evaluation.metrics(truths, head.getValue().predict(embeddings));
        print(
            "  %s, %s: accuracy %.3f (%s), macro F1 %.3f (%s)",
            head.getKey(),
            view.getKey(),
            metrics.accuracy(),
            metrics.accuracyInterval().text(),
            metrics.macroF1(),
            metrics.macroF1Interval().text());
      }
    }
  }

  private TuningOutcome tune(List<Photograph> photographs, long seed) throws Exception {
    List<TuningExample> examples = new ArrayList<>();
    for (int i = 0; i < photographs.size(); i++) {
      Photograph each = photographs.get(i);
      String digest = Sha256.hex(Files.readAllBytes(each.file()));
      examples.add(new TuningExample(each.file(), digest, each.label(), isValidation(i)));
    }
    Path folder = Files.createTempDirectory("imprint-tuning");
    try {
      return new TuningProcess(TuningLimits.DEFAULTS)
          .run(
              new TuningRequest(
                  settings.backbone(),
                  settings.part(),
                  settings.fineTuning(),
                  HeadTraining.withSeed(seed),
                  settings.tensorflow(),
                  ImageLimits.DEFAULT,
                  new Recipe(settings.augmentation(), seed),
                  examples),
              folder,
              TuningBenchmark::print);
    } finally {
      LearningBenchmarkService.delete(folder);
    }
  }

  private static void print(TuningProgress progress) {
    Epoch ended = progress.ended();
    if (ended != null && ended.validation() != null) {
      print(
          "  epoch %d: loss %.4f, validation loss %.4f, accuracy %.3f",
          progress.epoch(),
          progress.loss(),
          ended.validation().loss(),
          ended.validation().accuracy());
    }
  }

  private static void print(TuningReport report) {
    print("  before: %s", String.valueOf(report.before()));
    print(
        "  chosen: %s%s; %d left out",
        String.valueOf(report.chosen()),
        report.averaged() ? ", the mean of epochs" : "",
        report.leftOut());
    print(
        "  seconds: %s on the %s; peak memory %d MiB",
        report.seconds(), report.device(), report.peakBytes() >> 20);
  }

  private static void print(String text, Object... values) {
    System.out.printf(Locale.ROOT, text + "%n", values);
  }
}
