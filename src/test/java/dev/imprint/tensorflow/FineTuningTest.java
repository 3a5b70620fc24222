package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

class FineTuningTest {
  private static final byte[] DROPOUTS = TestPictures.resource("/keras/training_only.keras");
  private static final int IMAGES = 32;
  private static final int EACH = 6 * 8 * 3;

  @TempDir private Path dir;

  /** Inputs 6 × 8 × 3, images whose numbers count up, none of them 0. */
  private static final class Network implements AutoCloseable {
    private final GraphSession session = new GraphSession(ConfigProto.getDefaultInstance());
    private final FineTuning fineTuning;
    private final Placeholder<TFloat32> image;
    private final List<Operand<TFloat32>> outputs;

    Network(byte[] file, long seed, List<String> learning, String... outputs) {
      Ops tf = session.ops();
      fineTuning = new FineTuning(tf, learning, seed);
      image = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 6, 8, 3)));
      try (KerasFile keras = KerasFile.open(file)) {
        this.outputs = NetworkBuilder.build(tf, keras, image, List.of(outputs), fineTuning);
      }
    }

    List<float[]> run(boolean training) {
      try (TFloat32 images =
              TFloat32.tensorOf(Shape.of(IMAGES, 6, 8, 3), DataBuffers.of(images()));
          TBool isTraining = TBool.scalarOf(training)) {
        Session.Runner runner = session.runner().feed(image, images);
        outputs.forEach(runner::fetch);
        if (training) {
          runner.feed(fineTuning.training(), isTraining);
        }
        try (Result result = runner.run()) {
          return IntStream.range(0, outputs.size())
              .mapToObj(i -> KerasNumbers.values((TFloat32) result.get(i)))
              .toList();
        }
      }
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private static float[] images() {
    float[] images = new float[IMAGES * EACH];
    for (int i = 0; i < images.length; i++) {
      images[i] = 0.1f + i % 17;
    }
    return images;
  }

  private static byte[] network(String layer, String key, String value) throws IOException {
    JsonNode json = new ObjectMapper().readTree(value);
    return KerasParts.of(DROPOUTS)
        .with(layer, node -> ((ObjectNode) node.get("config")).set(key, json))
        .zip();
  }

  private static final String[] NOISY = {
    "dropout", "spatial_dropout2d", "gaussian_noise", "gaussian_dropout", "alpha_dropout"
  };

  @Test
  void shouldPassEverythingOnWhereARunIsNotOneOfTraining() {
    try (Network network = new Network(DROPOUTS, 1, List.of(), NOISY)) {
      assertThat(network.run(false)).hasSize(NOISY.length).allMatch(FineTuningTest::areImages);
    }
  }

  private static boolean areImages(float[] numbers) {
    return Arrays.equals(numbers, images());
  }

  @Test
  void shouldDropInTrainingAndScaleUpWhatIsKept() {
    float[] images = images();
    try (Network network = new Network(DROPOUTS, 1, List.of(), "dropout")) {
      float[] dropped = network.run(true).get(0);

      int zeros = 0;
      for (int i = 0; i < dropped.length; i++) {
        if (dropped[i] == 0) {
          zeros++;
        } else {
          assertThat(dropped[i]).isCloseTo(images[i] / 0.7f, within(1e-4f));
        }
      }
      assertThat(zeros / (double) dropped.length).isCloseTo(0.3, within(0.03));
    }
  }

  @Test
  void shouldDropWholeFeatureMaps() {
    try (Network network = new Network(DROPOUTS, 1, List.of(), "dropout", "spatial_dropout2d")) {
      List<float[]> outputs = network.run(true);

      int gone = 0;
      for (int image = 0; image < IMAGES; image++) {
        for (int channel = 0; channel < 3; channel++) {
          double before = sum(outputs.get(0), image * EACH + channel, 3, EACH / 3);
          double after = sum(outputs.get(1), image * EACH + channel, 3, EACH / 3);
          gone += after == 0 ? 1 : 0;
          assertThat(after).isCloseTo(after == 0 ? 0 : before / 0.7, within(1e-2));
        }
      }
      assertThat(gone).isBetween(14, 44); // of 96, 29 on average
    }
  }

  private static double sum(float[] values, int from, int step, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[from + i * step];
    }
    return sum;
  }

  /** As StochasticDepth does, and EfficientNet's Dropout with a noise_shape. */
  @Test
  void shouldDropWholeImages() throws IOException {
    byte[] file = network("dropout", "noise_shape", "[null, 1, 1, 1]");
    try (Network network = new Network(file, 1, List.of(), "dropout");
        Network depth =
            new Network(
                TestPictures.resource("/keras/applications.keras"), 3, List.of(), "depth")) {
      float[] dropped = network.run(true).get(0);
      float[] kept = depth.run(true).get(0);
      float[] all = depth.run(false).get(0);

      assertThat(wholeImagesDropped(dropped, images(), 0.3f)).isBetween(3, 17);
      assertThat(wholeImagesDropped(kept, all, 0.1f)).isBetween(1, 9);
    }
  }

  private static int wholeImagesDropped(float[] dropped, float[] all, float rate) {
    int each = dropped.length / IMAGES;
    int gone = 0;
    for (int image = 0; image < IMAGES; image++) {
      boolean zero = dropped[image * each] == 0;
      gone += zero ? 1 : 0;
      for (int i = image * each; i < (image + 1) * each; i++) {
        assertThat(dropped[i]).isCloseTo(zero ? 0 : all[i] / (1 - rate), within(1e-3f));
      }
    }
    return gone;
  }

  @Test
  void shouldAddAndMultiplyNoiseOfTheDeviationsAsked() {
    try (Network network =
        new Network(
            DROPOUTS, 1, List.of(), "spatial_dropout2d", "gaussian_noise", "gaussian_dropout")) {
      List<float[]> outputs = network.run(true);

      List<Double> added = new ArrayList<>();
      List<Double> factors = new ArrayList<>();
      for (int i = 0; i < IMAGES * EACH; i++) {
        added.add((double) outputs.get(1)[i] - outputs.get(0)[i]);
        factors.add((double) outputs.get(2)[i] / outputs.get(1)[i]);
      }
      assertThat(mean(added)).isCloseTo(0, within(0.02));
      assertThat(deviation(added)).isCloseTo(0.3, within(0.02));
      assertThat(mean(factors)).isCloseTo(1, within(0.04));
      assertThat(deviation(factors)).isCloseTo(Math.sqrt(0.3 / 0.7), within(0.04));
    }
  }

  /** Klambauer et al., Self-Normalizing Neural Networks: what is dropped becomes -1.758. */
  @Test
  void shouldKeepMeanAndVarianceInAlphaDropout() {
    double saturation = -1.7580993408473766;
    double a = 1 / Math.sqrt(0.8 * (1 + 0.2 * saturation * saturation));
    double b = -a * saturation * 0.2;
    try (Network network =
        new Network(DROPOUTS, 1, List.of(), "gaussian_dropout", "alpha_dropout")) {
      List<float[]> outputs = network.run(true);

      int dropped = 0;
      for (int i = 0; i < IMAGES * EACH; i++) {
        double out = outputs.get(1)[i];
        double kept = a * outputs.get(0)[i] + b;
        if (Math.abs(out - kept) > 1e-3) {
          dropped++;
          assertThat(out).isCloseTo(a * saturation + b, within(1e-4));
        }
      }
      assertThat(dropped / (double) (IMAGES * EACH)).isCloseTo(0.2, within(0.03));
    }
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static double deviation(List<Double> values) {
    double mean = mean(values);
    return Math.sqrt(mean(values.stream().map(value -> (value - mean) * (value - mean)).toList()));
  }

  @Test
  void shouldDrawAnewInEachRunAndAlikeFromTheSameSeed() {
    try (Network one = new Network(DROPOUTS, 1, List.of(), NOISY);
        Network same = new Network(DROPOUTS, 1, List.of(), NOISY);
        Network other = new Network(DROPOUTS, 2, List.of(), NOISY)) {
      List<float[]> first = one.run(true);
      List<float[]> second = one.run(true);

      assertThat(second.get(0)).isNotEqualTo(first.get(0));
      for (int run = 0; run < 2; run++) {
        List<float[]> expected = run == 0 ? first : second;
        List<float[]> again = same.run(true);
        for (int i = 0; i < NOISY.length; i++) {
          assertThat(again.get(i)).as(NOISY[i]).containsExactly(expected.get(i));
        }
      }
      assertThat(other.run(true).get(0)).isNotEqualTo(first.get(0));
    }
  }

  @Test
  void shouldLeaveBatchNormsAsTheyServe() {
    try (Network network =
        new Network(TestPictures.resource("/keras/shared.keras"), 1, List.of("conv"), "joined")) {
      float[] serving =
          KerasNumbers.run(
                  TestPictures.resource("/keras/shared.keras"),
                  new long[] {IMAGES, 6, 8, 3},
                  images(),
                  List.of("joined"),
                  KerasGraph.BatchNorms.KEPT)
              .get(0)
              .values();

      assertThat(network.run(true).get(0)).containsExactly(serving);
      assertThat(network.run(true).get(0)).containsExactly(serving);
      assertThat(network.fineTuning.weights()).containsOnlyKeys("conv");
    }
  }

  @ParameterizedTest
  @CsvSource({"norm", "nowhere", "relu"})
  void shouldRefuseToTrainWhatHasNothingToLearn(String layer) {
    try (Network network =
        new Network(TestPictures.resource("/keras/shared.keras"), 1, List.of(layer), "joined")) {
      assertThatThrownBy(network.fineTuning::weights)
          .isInstanceOf(KerasImportException.class)
          .hasMessageContaining("'%s' cannot learn", layer)
          .hasMessageContaining("batch norms are frozen")
          .hasMessageEndingWith("[conv]");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dropout | rate | 1.0 | 0 to below 1 is expected",
        "dropout | noise_shape | [1, 1] | null and then 3 sizes or nulls",
        "gaussian_noise | stddev | null | a number is expected",
      })
  void shouldRefuseWhatCannotBeDropped(String layer, String key, String value, String says)
      throws IOException {
    byte[] file = network(layer, key, value);

    assertThatThrownBy(() -> new Network(file, 1, List.of(), "last"))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("%s = %s", key, value.replace(" ", ""))
        .hasMessageContaining(says);
  }

  /** A step against the gradient, of one layer in the middle, from pixels to the embedding. */
  @Test
  void shouldLearn() throws IOException {
    Path file = dir.resolve("own.keras");
    Files.write(file, TestPictures.resource("/keras/sequential.keras"));
    Path yaml = dir.resolve("own.yaml");
    Files.writeString(yaml, "file: own.keras\ninput_size: [12, 16]\n");
    BackboneDescription description =
        BackboneDescription.load(yaml).withLayers(Files.readAllBytes(file));
    try (GraphSession session = new GraphSession(ConfigProto.getDefaultInstance());
        KerasFile keras = KerasFile.open(Files.readAllBytes(file));
        TFloat32 pictures =
            TFloat32.tensorOf(
                Shape.of(2, 12, 16, 3), values -> values.scalars().forEach(v -> v.setFloat(7)))) {
      Ops tf = session.ops();
      FineTuning fineTuning = new FineTuning(tf, List.of("conv_b"), 1);
      KerasGraph network = KerasGraph.build(tf, description, keras, fineTuning);
      Operand<TFloat32> loss =
          tf.math.mean(tf.math.square(network.embedding()), tf.constant(new int[] {0, 1}));
      List<Variable<TFloat32>> weights = fineTuning.weights().getOrDefault("conv_b", List.of());
      Output<?>[] gradients =
          session
              .graph()
              .addGradients(
                  loss.asOutput(), weights.stream().map(Operand::asOutput).toArray(Output[]::new));
      List<Op> step = new ArrayList<>();
      for (int i = 0; i < weights.size(); i++) {
        @SuppressWarnings("unchecked") // the gradient of a float32 is one
        Output<TFloat32> gradient = (Output<TFloat32>) gradients[i];
        step.add(tf.train.applyGradientDescent(weights.get(i), tf.constant(1e-3f), gradient));
      }

      List<Float> losses = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Session.Runner runner = session.runner().feed(network.pixels(), pictures).fetch(loss);
        try (Result result = runner.run()) {
          losses.add(((TFloat32) result.get(0)).getFloat());
        }
        Session.Runner learn = session.runner().feed(network.pixels(), pictures);
        step.forEach(learn::addTarget);
        learn.run().close();
      }

      assertThat(weights).hasSize(2);
      assertThat(losses.get(1)).isLessThan(losses.get(0));
      assertThat(losses.get(2)).isLessThan(losses.get(1));
    }
  }
}
