package dev.imprint.tensorflow.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.Activation;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.head.FeatureScaling;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopTrainingTest {
  private static final LearningPart PART = LearningPart.from("block2_");

  @Test
  void shouldBeginWithTheAnswersOfAHeadWithHiddenLayersAndTrainThem(@TempDir Path dir)
      throws Exception {
    TunableNetwork network = TunableNetwork.of(TuningNetwork.description(dir), PART);
    try (FrozenPart frozen = network.frozen(TensorFlowConfig.DEFAULT);
        TopTraining training =
            new TopTraining(
                network,
                new TopTraining.Data(frozen.shape(), 3, 100),
                HeadTraining.withSeed(1)
                    .withHidden(new HiddenLayers(List.of(6, 4), Activation.TANH, 0.2f, true)),
                FineTuneSettings.DEFAULTS,
                TensorFlowConfig.DEFAULT)) {
      List<byte[]> records = frozen.run(new TuningNetwork().nextPictures());
      List<Embedding> embeddings = training.embeddings(records);
      DenseHead head = head(embeddings.get(0).size());
      TopTraining.Views views = views(records);

      training.begin(head, FeatureScaling.of(embeddings, 100).paced());

      double expected = 0;
      for (int i = 0; i < records.size(); i++) {
        expected -= Math.log(head.probabilities(embeddings.get(i).numbers())[i % 3]);
      }
      double before = training.judge(views).lossSum();
      assertThat(before).isCloseTo(expected, within(1e-2));
      List<float[]> weights = training.weights();
      for (int step = 0; step < 20; step++) {
        training.learn(views, 0.01f);
      }
      assertThat(training.judge(views).lossSum()).isLessThan(before);
      int hidden = weights.size() - 6;
      assertThat(training.weights().get(hidden))
          .isNotEqualTo(weights.get(hidden))
          .hasSize(6 * head.dimension());
    }
  }

  private static TopTraining.Views views(List<byte[]> records) {
    float[] ones = new float[records.size()];
    Arrays.fill(ones, 1);
    return new TopTraining.Views(
        records, IntStream.range(0, ones.length).map(i -> i % 3).toArray(), ones);
  }

  private static DenseHead head(int dimension) {
    Random random = new Random(1);
    return new DenseHead(
        "trunk",
        List.of("a", "b", "c"),
        List.of(layer(random, dimension, 6), layer(random, 6, 4)),
        layer(random, 4, 3).weights(),
        new float[] {0.1f, 0, -0.1f});
  }

  private static DenseLayer layer(Random random, int inputs, int units) {
    float[] weights = new float[inputs * units];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
    }
    return new DenseLayer(weights, new float[units], Activation.TANH);
  }
}
