package dev.imprint.tensorflow.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.head.FeatureScaling;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three steps of AdamW, compared with Keras' (src/test/resources/keras/make_tuning.py). */
class KerasTuningParityTest {
  private static final Logger LOG = LoggerFactory.getLogger(KerasTuningParityTest.class);

  /** Relative to the norm of a variable's numbers. */
  private static final double TOLERANCE = 1e-3;

  @TempDir private Path dir;

  @Test
  void shouldMakeOfTheWeightsTheSameAsKeras() throws IOException {
    TuningNetwork keras = new TuningNetwork();
    JsonNode json = keras.json();
    TunableNetwork network =
        TunableNetwork.of(TuningNetwork.description(dir), LearningPart.from("block2_"));
    try (FrozenPart frozen = network.frozen(TensorFlowConfig.DEFAULT);
        TopTraining training =
            new TopTraining(
                network,
                new TopTraining.Data(frozen.shape(), 3, 100),
                HeadTraining.withSeed(1),
                settings(json),
                TensorFlowConfig.DEFAULT)) {
      List<byte[]> records = frozen.run(keras.nextPictures());
      int dimension = training.embeddings(records).get(0).size();
      float[] kernel = keras.next(dimension * 3);
      training.begin(head(network.id(), kernel, keras.next(3)), unscaled(dimension));
      List<float[]> weightsBefore = training.weights();

      List<float[]> gradients = training.gradients(batch(records, json, 0));
      for (int step = 0; step < 3; step++) {
        training.learn(batch(records, json, step), (float) json.get("learning_rate").asDouble());
      }

      List<float[]> weights = training.weights();
      assertThat(weights).hasSize(json.get("variables").size() + 2);
      double ofGradients = difference(gradients, keras.nextOfEach(gradients));
      List<float[]> expected = keras.nextOfEach(weights);
      double ofWeights = difference(weights, expected);
      LOG.info("Largest relative difference: gradients {}, weights {}", ofGradients, ofWeights);
      assertThat(keras.atEnd()).isTrue();
      assertThat(ofGradients).isLessThan(TOLERANCE);
      assertThat(ofWeights).isLessThan(TOLERANCE);
      assertThat(difference(weightsBefore, expected)).isGreaterThan(10 * TOLERANCE);
    }
  }

  private static FineTuneSettings settings(JsonNode json) {
    return new FineTuneSettings(
        1,
        1,
        json.get("batch").asInt(),
        1e-3f,
        1,
        (float) json.get("weight_decay").asDouble(),
        0,
        (float) json.get("clip_norm").asDouble(),
        0,
        1);
  }

  private static DenseHead head(String backbone, float[] kernel, float[] bias) {
    return new DenseHead(backbone, List.of("a", "b", "c"), kernel, bias);
  }

  private static FeatureScaling unscaled(int dimension) {
    float[] ones = new float[dimension];
    Arrays.fill(ones, 1);
    return new FeatureScaling(0, new float[dimension], ones, 1);
  }

  private static TopTraining.Views batch(List<byte[]> records, JsonNode json, int number) {
    int size = json.get("batch").asInt();
    int from = number * size;
    float[] weights = new float[size];
    Arrays.fill(weights, 1);
    return new TopTraining.Views(
        records.subList(from, from + size),
        IntStream.range(from, from + size).map(i -> i % 3).toArray(),
        weights);
  }

  /** The largest over all variables. */
  private static double difference(List<float[]> ours, List<float[]> keras) {
    double largest = 0;
    for (int v = 0; v < ours.size(); v++) {
      double apart = 0;
      double norm = 0;
      for (int i = 0; i < ours.get(v).length; i++) {
        apart += Math.pow((double) ours.get(v)[i] - keras.get(v)[i], 2);
        norm += Math.pow(keras.get(v)[i], 2);
      }
      largest = Math.max(largest, Math.sqrt(apart / norm));
    }
    return largest;
  }
}
