package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Measures how long one backbone takes to load and to compute, in a separate process so that its
 * memory can be measured: the counterpart of {@code measure} in src/test/python/keras_backbones.py.
 * Prints a line of JSON.
 */
public final class BackboneRun {
  private static final double ALONE_SECONDS = 1;
  private static final double BATCH_SECONDS = 4;
  private static final int LEAST_RUNS = 3;

  /** How the network is computed. */
  public enum Mode {
    UNFOLDED,
    FOLDED,
    BF16
  }

  private BackboneRun() {}

  /**
   * @param args the backbone's YAML, a file of pictures, Keras' outputs for them, a {@link Mode}
   */
  public static void main(String[] args) throws Exception {
    BackboneDescription description = BackboneDescription.load(Path.of(args[0]));
    List<Pixels> pictures = pictures(Files.readAllBytes(Path.of(args[1])), description);
    TensorFlowRuntime.probe(); // measurements must not include loading the library
    long start = System.nanoTime();
    try (KerasBackbone backbone = open(description, Mode.valueOf(args[3]))) {
      double load = (System.nanoTime() - start) / 1e9;
      double alone = median(backbone, pictures.subList(0, 1), ALONE_SECONDS);
      double batch = median(backbone, pictures, BATCH_SECONDS);
      Backbone last = Objects.requireNonNullElse(backbone.lastLayerAlone(), backbone);
      float[][] keras = TestPictures.floats(Files.readAllBytes(Path.of(args[2])), last.dimension());
      EmbeddingDifference difference = new EmbeddingDifference();
      float[][] embeddings = last.embed(pictures);
      for (int i = 0; i < embeddings.length; i++) {
        difference.add("picture " + i, keras[i], embeddings[i]);
      }
      print(
          Map.of(
              "load_seconds",
              load,
              "memory_mib",
              residentMiB(),
              "alone_ms",
              alone,
              "batch_ms",
              batch / pictures.size(),
              "difference",
              difference.relative()));
    } catch (KerasImportException e) { // bf16 changes the embeddings too much
      print(Map.of("refused", String.valueOf(e.getMessage())));
    }
  }

  private static KerasBackbone open(BackboneDescription description, Mode mode) {
    return switch (mode) {
      case UNFOLDED -> KerasBackbone.open(description, TensorFlowConfig.DEFAULT, BatchNorms.KEPT);
      case FOLDED -> KerasBackbone.open(description, TensorFlowConfig.DEFAULT);
      case BF16 -> KerasBackbone.open(description.with(Precision.BF16), TensorFlowConfig.DEFAULT);
    };
  }

  private static List<Pixels> pictures(byte[] file, BackboneDescription description) {
    InputSize size = description.inputSize();
    List<Pixels> pictures = new ArrayList<>();
    for (float[] values :
        TestPictures.floats(file, size.height() * size.width() * Pixels.CHANNELS)) {
      pictures.add(new Pixels(size.height(), size.width(), values));
    }
    return pictures;
  }

  /** In milliseconds, over at least three runs after one that is not counted. */
  private static double median(KerasBackbone backbone, List<Pixels> pictures, double seconds) {
    backbone.embed(pictures);
    List<Double> times = new ArrayList<>();
    double all = 0;
    while (times.size() < LEAST_RUNS || all < seconds * 1e3) {
      long start = System.nanoTime();
      backbone.embed(pictures);
      double time = (System.nanoTime() - start) / 1e6;
      times.add(time);
      all += time;
    }
    double[] sorted = times.stream().mapToDouble(t -> t).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static long residentMiB() throws Exception {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / 1024;
    }
  }

  private static void print(Map<String, ?> figures) throws Exception {
    System.out.println(new ObjectMapper().writeValueAsString(figures));
  }
}
