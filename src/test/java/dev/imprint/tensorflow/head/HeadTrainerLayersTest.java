package dev.imprint.tensorflow.head;

import static dev.imprint.tensorflow.head.ClassWeights.BALANCED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.Activation;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads with hidden layers. */
class HeadTrainerLayersTest extends HeadTrainerSteps {
  private static HeadTraining deep(HiddenLayers hidden, int epochs) {
    return settings(true, epochs).withHidden(hidden);
  }

  /** Two classes in opposite corners, which no line separates. */
  private static LabelledEmbeddings corners(int each, long seed) {
    Random random = new Random(seed);
    List<float[]> embeddings = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 4 * each; i++) {
      int x = i % 2 * 2 - 1;
      int y = i / 2 % 2 * 2 - 1;
      embeddings.add(
          new float[] {
            (float) (5 + 10 * (x + random.nextGaussian() / 4)),
            (float) (y + random.nextGaussian() / 4)
          });
      labels.add(x == y ? "bolt" : "gear");
    }
    return labelled(embeddings, labels);
  }

  @ParameterizedTest
  @CsvSource({
    "16, RELU, 0, false",
    "16, TANH, 0, true",
    "16 16, SILU, 0.2, false",
    "16 16, RELU, 0.2, true"
  })
  void shouldLearnWhatNoLinearHeadCanWithHiddenLayers(
      String units, Activation activation, float dropout, boolean batchNorm) throws Exception {
    List<Integer> sizes = Stream.of(units.split(" ")).map(Integer::valueOf).toList();
    HiddenLayers hidden = new HiddenLayers(sizes, activation, dropout, batchNorm);
    LabelledEmbeddings examples = corners(50, 1);

    DenseHead linear = train(examples, settings(true, 60));
    DenseHead head = train(examples, deep(hidden, 60));
    DenseHead again = train(examples, deep(hidden, 60));

    LabelledEmbeddings judged = corners(50, 2);
    assertThat(recall(linear, judged)).anyMatch(recall -> recall < 0.7);
    assertThat(recall(head, judged)).allMatch(recall -> recall > 0.95);
    assertThat(head.hidden()).hasSameSizeAs(sizes);
    assertThat(again).usingRecursiveComparison().isEqualTo(head);
  }

  /** A batch norm must not learn from it either. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepExamplesFromTheHeadOfTheirFoldWithHiddenLayers(boolean batchNorm)
      throws Exception {
    HiddenLayers hidden = new HiddenLayers(List.of(8, 4), Activation.RELU, 0, batchNorm);
    LabelledEmbeddings one = clusters(20, 20, 20, 1);
    List<Embedding> others = new ArrayList<>(one.embeddings());
    int[] folds = IntStream.range(0, 60).map(i -> i % 3).toArray();
    for (int i = 1; i < 60; i += 3) {
      others.set(i, Embedding.of(embedding(new Random(i), i % 3, 3)));
    }

    DenseHead head = ofFold(1, one, folds, hidden);
    DenseHead same = ofFold(1, new LabelledEmbeddings(others, one.labels()), folds, hidden);
    DenseHead other = ofFold(0, new LabelledEmbeddings(others, one.labels()), folds, hidden);

    assertThat(same.weights()).containsExactly(head.weights(), within(1e-5f));
    assertThat(same.hidden().get(1).bias())
        .containsExactly(head.hidden().get(1).bias(), within(1e-5f));
    assertThat(other.weights()[0]).isNotCloseTo(head.weights()[0], within(1e-3f));
  }

  /** Without scaling by the examples, which would differ. */
  private DenseHead ofFold(
      int fold, LabelledEmbeddings examples, int[] folds, HiddenLayers hidden) {
    float[] ones = new float[DIMENSION];
    Arrays.fill(ones, 10);
    FeatureScaling fixed = new FeatureScaling(0, new float[DIMENSION], ones, 1);
    ClassifiedExamples classified =
        ClassifiedExamples.of(examples, LABELS, BALANCED, Folds.of(3, folds));
    HeadTraining settings = deep(hidden, 1);
    try (LearningHeads heads =
        new LearningHeads(fixed, LABELS.size(), 4, settings, TensorFlowConfig.DEFAULT)) {
      for (int step = 0; step < 30; step++) {
        heads.learn(classified.shown(IntStream.range(0, 60).toArray(), step, 0));
      }
      return heads.heads("backbone", LABELS).get(1 + fold);
    }
  }

  /** With the moving means and variances of batch norms in its weights, and dropout off. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGiveHeadsThatAnswerAsTheGraphDoes(boolean batchNorm) throws Exception {
    HiddenLayers hidden = new HiddenLayers(List.of(8, 4), Activation.SILU, 0.3f, batchNorm);
    LabelledEmbeddings examples = clusters(20, 20, 20, 1);
    ClassifiedExamples classified = ClassifiedExamples.of(examples, LABELS, BALANCED, Folds.NONE);
    FeatureScaling scaling = FeatureScaling.of(examples.embeddings(), 20);
    try (LearningHeads heads =
        new LearningHeads(scaling, 3, 1, deep(hidden, 1), TensorFlowConfig.DEFAULT)) {
      for (int step = 0; step < 40; step++) {
        heads.learn(classified.shown(mixed(step), 0, 0));
      }

      DenseHead head = heads.heads("backbone", LABELS).get(0);

      double loss = 0;
      for (int i = 0; i < examples.size(); i++) {
        float[] answer = head.probabilities(examples.embeddings().get(i).numbers());
        loss -= Math.log(answer[LABELS.indexOf(examples.labels().get(i))]) / examples.size();
      }
      assertThat(loss).isCloseTo(heads.validate(classified).loss(), within(1e-4)).isLessThan(1.09);
    }
  }

  /** Twenty of sixty, of all classes. */
  private static int[] mixed(int step) {
    return IntStream.range(0, 20).map(i -> (3 * i + step) % 60).toArray();
  }
}
