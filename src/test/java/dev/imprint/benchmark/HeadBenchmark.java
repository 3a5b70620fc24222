package dev.imprint.benchmark;

import dev.imprint.buffer.Example;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.EmbeddingLayers.Layer;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.evaluation.Evaluation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * How well and how fast heads are trained: photographs in one folder per class, judged on another
 * such folder, with five seeds; then synthetic embeddings of a hundred and a thousand classes.
 * {@code bin/benchmark-head} runs it.
 */
public final class HeadBenchmark {
  private static final int SEEDS = 5;
  private static final int A_CLASS = 50;

  /** As of the bundled backbone. */
  private static final EmbeddingLayers LAYERS =
      new EmbeddingLayers(
          List.of(
              new Layer("block5c_add", 112),
              new Layer("block6a_expand_relu", 672),
              new Layer("block6d_dw_relu", 1152),
              new Layer("embedding", 1280)));

  private static final int DIMENSION = LAYERS.dimension();
  private static final String SYNTHETIC = "synthetic";
  private static final String FEW = "few";
  private static final String VIEWS = "views";
  private static final String SETTINGS = "settings";
  private static final int FIRST_OPTION = 3;

  private HeadBenchmark() {}

  /**
   * @param args a folder to train on and one to judge on, or {@code few} and both, for few labels a
   *     class; or {@code views} and both, for augmentation; or {@code settings} and both, for
   *     hidden layers, optimizers and the search, and as options numbers of labels a class and
   *     names of variants; or {@code synthetic} and the number of classes, in a process of its own
   *     to measure its peak memory
   */
  public static void main(String[] args) throws Exception {
    HeadBenchmark benchmark = new HeadBenchmark();
    if (args[0].equals(SYNTHETIC)) {
      benchmark.synthetic(Integer.parseInt(args[1]));
    } else if (args[0].equals(FEW)) {
      FewLabelsBenchmark.run(Path.of(args[1]), Path.of(args[2]));
    } else if (args[0].equals(VIEWS)) {
      ViewsBenchmark.run(Path.of(args[1]), Path.of(args[2]));
    } else if (args[0].equals(SETTINGS)) {
      SettingsBenchmark.run(
          Path.of(args[1]), Path.of(args[2]), List.of(args).subList(FIRST_OPTION, args.length));
    } else {
      benchmark.photographs(Path.of(args[0]), Path.of(args[1]));
    }
    System.exit(0);
  }

  private void photographs(Path training, Path judging) throws Exception {
    List<Example> examples;
    List<Example> judged;
    String backboneId;
    try (PhotographFolders folders = PhotographFolders.open()) {
      backboneId = folders.backboneId();
      long start = System.nanoTime();
      examples = folders.embedded(training);
      print("%d photographs embedded in %.1f s", examples.size(), seconds(start));
      judged = folders.embedded(judging);
    }
    double accuracy = 0;
    double macroF1 = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      Candidate candidate = train(examples, backboneId, seed);
      Metrics metrics =
          Evaluation.metrics(
              judged.stream().map(Example::label).toList(),
              candidate
                  .head()
                  .predict(
                      judged.stream()
                          .map(example -> example.embedding().numbers())
                          .toArray(float[][]::new)));
      print(
          "seed %d: accuracy %.3f, macro F1 %.3f; %.2f s on the %s; %s",
          seed,
          metrics.accuracy(),
          metrics.macroF1(),
          candidate.training().seconds(),
          candidate.training().device(),
          candidate.judgement().reason());
      accuracy += metrics.accuracy() / SEEDS;
      macroF1 += metrics.macroF1() / SEEDS;
    }
    print("mean: accuracy %.3f, macro F1 %.3f on %d", accuracy, macroF1, judged.size());
  }

  /** Clouds that overlap slightly; a small part of each example's numbers is above 0. */
  private void synthetic(int classes) throws Exception {
    Random random = new Random(1);
    List<Example> examples = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      float[] center = embedding(random, new float[DIMENSION], 1);
      for (int i = 0; i < A_CLASS; i++) {
        String id = c + "-" + i;
        String digest = Sha256.hex(id.getBytes(StandardCharsets.UTF_8));
        examples.add(example(id, "class " + c, digest, embedding(random, center, 2)));
      }
    }
    Candidate candidate = train(examples, SYNTHETIC, 1);
    DenseHead head = candidate.head();
    print(
        "%d classes, %d examples: %.1f s; %s; %s; heap %d MiB of %d, peak of the process %s",
        head.labels().size(),
        examples.size(),
        candidate.training().seconds(),
        candidate.judgement().reason(),
        candidate.training().configuration(),
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20,
        Runtime.getRuntime().maxMemory() >> 20,
        peak());
  }

  private static float[] embedding(Random random, float[] center, float spread) {
    float[] embedding = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      embedding[d] = Math.max(0, center[d] + spread * (float) random.nextGaussian());
    }
    return embedding;
  }

  private Candidate train(List<Example> examples, String backboneId, long seed) throws Exception {
    TrainingConfig config = TrainingConfig.DEFAULTS.withSeed(seed);
    return new Trainer(new HeadTrainer(TensorFlowConfig.DEFAULT), config, "fp32", System::nanoTime)
        .train(Material.of(examples), null, List.of(), backboneId, HeadTrainer.EpochListener.NONE);
  }

  private static Example example(String id, String label, String sha256, float[] embedding) {
    return new Example(id, label, sha256, null, Instant.EPOCH, Embedding.of(embedding, LAYERS));
  }

  private static String peak() throws Exception {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines.filter(line -> line.startsWith("VmHWM")).findFirst().orElse("unknown");
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void print(String text, Object... values) {
    System.out.printf(Locale.ROOT, text + "%n", values);
  }
}
