package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.imprint.event.TopFile;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KerasBackboneTest {
  private static final BackboneDescription BUNDLED = BackboneDescription.bundled();
  private static final TensorFlowConfig CONFIG = TensorFlowConfig.DEFAULT;

  private static KerasBackbone backbone;

  @BeforeAll
  static void open() {
    backbone = KerasBackbone.open(BUNDLED, CONFIG);
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  @Test
  void shouldGiveTheSameEmbeddingsWithFoldedBatchNorms() {
    List<Pixels> images = noise(3);
    try (KerasBackbone kept = KerasBackbone.open(BUNDLED, CONFIG, BatchNorms.KEPT)) {
      float[][] expected = kept.embed(images);

      double difference = TestPictures.largestDifference(backbone.embed(images), expected);

      assertThat(difference).isPositive().isLessThan(1e-4 * largest(expected));
    }
  }

  @Test
  void shouldGiveAnImageTheSameEmbeddingInEveryBatch() {
    List<Pixels> images = noise(5);
    float[][] together = backbone.embed(images);

    for (int i = 0; i < images.size(); i++) {
      float[][] alone = backbone.embed(List.of(images.get(i)));
      assertThat(TestPictures.largestDifference(alone, new float[][] {together[i]}))
          .isLessThan(1e-4 * largest(together));
    }
  }

  @Test
  void shouldDivideABatchEvenlyIntoPasses() {
    assertThat(KerasBackbone.passes(24, 8)).containsExactly(8, 8, 8);
    assertThat(KerasBackbone.passes(9, 4)).containsExactly(3, 3, 3);
    assertThat(KerasBackbone.passes(9, 8)).containsExactly(4, 5);
    assertThat(KerasBackbone.passes(1, 8)).containsExactly(1);
    assertThat(KerasBackbone.passes(0, 8)).isEmpty();
    assertThat(KerasBackbone.passes(1_024, Integer.MAX_VALUE)).containsExactly(1_024);
  }

  @Test
  void shouldEmbedMoreImagesThanOnePassTakes() {
    List<Pixels> images = noise(9); // with one thread, in passes of three
    float[][] expected = backbone.embedEach(images);
    try (KerasBackbone small =
        KerasBackbone.open(BUNDLED, new TensorFlowConfig(TensorFlowConfig.Device.CPU, 1))) {
      double difference = TestPictures.largestDifference(small.embed(images), expected);

      assertThat(difference).isLessThan(1e-4 * largest(expected));
    }
  }

  @Test
  void shouldAnswerSeveralThreadsAtOnce() throws Exception {
    List<Pixels> images = noise(4);
    float[][] expected = backbone.embed(images);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[][]>> answers =
          IntStream.range(0, 24)
              .mapToObj(i -> threads.submit(() -> backbone.embed(List.of(images.get(i % 4)))))
              .toList();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(
                TestPictures.largestDifference(
                    answers.get(i).get(), new float[][] {expected[i % 4]}))
            .isLessThan(1e-4 * largest(expected));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldFinishCallsUnderWayWhenItIsClosed() throws Exception {
    KerasBackbone closed = KerasBackbone.open(BUNDLED, CONFIG);
    List<Pixels> images = noise(8);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        answers.add(threads.submit(() -> embedUntilClosed(closed, images)));
      }
      while (answers.stream().anyMatch(Future::isDone)) {
        Thread.onSpinWait();
      }

      closed.close();
      closed.close();

      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isNotNegative();
      }
      assertThatThrownBy(() -> closed.embed(images)).isInstanceOf(IllegalStateException.class);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Returns the number of complete answers before the first failure. */
  private static int embedUntilClosed(KerasBackbone closed, List<Pixels> images) {
    int answers = 0;
    while (true) {
      try {
        assertThat(closed.embed(images)).hasDimensions(images.size(), closed.dimension());
        answers++;
      } catch (IllegalStateException e) {
        return answers;
      }
    }
  }

  /** An IOException leaves the serving version as it is; anything else ends whoever swaps. */
  @Test
  void shouldReportThatItsFileIsGoneWhenATunedOneIsOpened(@TempDir Path folder) throws Exception {
    Path file =
        Files.write(folder.resolve(Path.of(BUNDLED.file()).getFileName()), BUNDLED.network());
    Path yaml = folder.resolve("backbone.yaml");
    try (InputStream bundled =
        Objects.requireNonNull(
            KerasBackbone.class.getResourceAsStream("/backbones/efficientnet-lite0.yaml"))) {
      Files.copy(bundled, yaml);
    }
    ByteArrayOutputStream weights = new ByteArrayOutputStream();
    TopFile.write(
        new TunedTop(
            backbone.id(), List.of(new TunedTop.Weight("top", "top/0", List.of(1), new float[1]))),
        weights);
    try (KerasBackbone copy = KerasBackbone.open(BackboneDescription.load(yaml), CONFIG)) {
      Files.delete(file);

      assertThatThrownBy(() -> copy.tuned(weights.toByteArray()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.getFileName().toString());
    }
  }

  @Test
  void shouldRefuseImagesOfAnotherSize() {
    Pixels small = new Pixels(2, 3, new float[18]);

    assertThatThrownBy(() -> backbone.embed(List.of(small)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the image is 2 × 3, but the backbone takes 224 × 224");
  }

  @Test
  void shouldRefuseAGpuThatIsNotThere() {
    TensorFlowRuntime runtime = TensorFlowRuntime.probe();
    assumeThat(runtime.hasGpu()).isFalse();

    assertThat(runtime.version()).startsWith("2.");
    assertThat(runtime.devices()).anyMatch(device -> device.contains("device:CPU"));
    assertThatThrownBy(
            () -> KerasBackbone.open(BUNDLED, new TensorFlowConfig(TensorFlowConfig.Device.GPU, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tensorflow.device is gpu")
        .hasMessageContaining("auto");
  }

  @Test
  void shouldRefuseThreadsBelowZero() {
    assertThatThrownBy(() -> new TensorFlowConfig(TensorFlowConfig.Device.AUTO, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tensorflow.threads is -1");
  }

  private static List<Pixels> noise(int count) {
    Random random = new Random(7);
    List<Pixels> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] values = new float[224 * 224 * 3];
      for (int k = 0; k < values.length; k++) {
        values[k] = random.nextInt(256);
      }
      images.add(new Pixels(224, 224, values));
    }
    return images;
  }

  private static float largest(float[][] rows) {
    float largest = 0;
    for (float[] row : rows) {
      for (float value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest;
  }
}
