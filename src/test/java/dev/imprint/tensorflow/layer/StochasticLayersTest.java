package dev.imprint.tensorflow.layer;

import static dev.imprint.tensorflow.layer.TrainedNetwork.EACH;
import static dev.imprint.tensorflow.layer.TrainedNetwork.IMAGES;
import static dev.imprint.tensorflow.layer.TrainedNetwork.images;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasParts;
import dev.imprint.tensorflow.picture.TestPictures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dropout and similar layers in training, tested by their effect on many numbers. */
class StochasticLayersTest {
  private static final byte[] DROPOUTS = TestPictures.resource("/keras/training_only.keras");

  private static final String[] NOISY = {
    "dropout", "spatial_dropout2d", "gaussian_noise", "gaussian_dropout", "alpha_dropout"
  };

  private static byte[] network(String layer, String key, String value) throws IOException {
    JsonNode json = new ObjectMapper().readTree(value);
    return KerasParts.of(DROPOUTS)
        .with(layer, node -> ((ObjectNode) node.get("config")).set(key, json))
        .zip();
  }

  @Test
  void shouldPassEverythingOnWhereARunIsNotOneOfTraining() {
    try (TrainedNetwork network = new TrainedNetwork(DROPOUTS, 1, List.of(), NOISY)) {
      assertThat(network.run(false))
          .hasSize(NOISY.length)
          .allMatch(StochasticLayersTest::areImages);
    }
  }

  private static boolean areImages(float[] numbers) {
    return Arrays.equals(numbers, images());
  }

  @Test
  void shouldDropInTrainingAndScaleUpWhatIsKept() {
    float[] images = images();
    try (TrainedNetwork network = new TrainedNetwork(DROPOUTS, 1, List.of(), "dropout")) {
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
    try (TrainedNetwork network =
        new TrainedNetwork(DROPOUTS, 1, List.of(), "dropout", "spatial_dropout2d")) {
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

  /** Like StochasticDepth, and EfficientNet's Dropout with a noise_shape. */
  @Test
  void shouldDropWholeImages() throws IOException {
    byte[] file = network("dropout", "noise_shape", "[null, 1, 1, 1]");
    try (TrainedNetwork network = new TrainedNetwork(file, 1, List.of(), "dropout");
        TrainedNetwork depth =
            new TrainedNetwork(
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
    try (TrainedNetwork network =
        new TrainedNetwork(
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

  /** Klambauer et al., Self-Normalizing Neural Networks: dropped values become -1.758. */
  @Test
  void shouldKeepMeanAndVarianceInAlphaDropout() {
    double saturation = -1.7580993408473766;
    double a = 1 / Math.sqrt(0.8 * (1 + 0.2 * saturation * saturation));
    double b = -a * saturation * 0.2;
    try (TrainedNetwork network =
        new TrainedNetwork(DROPOUTS, 1, List.of(), "gaussian_dropout", "alpha_dropout")) {
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
    try (TrainedNetwork one = new TrainedNetwork(DROPOUTS, 1, List.of(), NOISY);
        TrainedNetwork same = new TrainedNetwork(DROPOUTS, 1, List.of(), NOISY);
        TrainedNetwork other = new TrainedNetwork(DROPOUTS, 2, List.of(), NOISY)) {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dropout | rate | 1.0 | a number from 0 to less than 1 is expected",
        "dropout | noise_shape | [1, 1] | null and then 3 sizes or nulls",
        "gaussian_noise | stddev | null | a number is expected",
      })
  void shouldRefuseWhatCannotBeDropped(String layer, String key, String value, String says)
      throws IOException {
    byte[] file = network(layer, key, value);

    assertThatThrownBy(() -> new TrainedNetwork(file, 1, List.of(), "last"))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("%s = %s", key, value.replace(" ", ""))
        .hasMessageContaining(says);
  }
}
