package dev.imprint.tensorflow.head;

import static dev.imprint.tensorflow.head.ClassWeights.BALANCED;
import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static dev.imprint.tensorflow.head.Optimizer.ADAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.EmbeddingLayers.Layer;
import dev.imprint.model.head.Activation;
import dev.imprint.model.head.DenseHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadTrainerTest extends HeadTrainerSteps {
  @Test
  void shouldLearnToTellClassesApart() throws Exception {
    DenseHead head = train(clusters(200, 200, 200, 1), HeadTraining.withSeed(3));

    assertThat(head.labels()).isEqualTo(LABELS);
    assertThat(head.backboneId()).isEqualTo("backbone");
    assertThat(head.dimension()).isEqualTo(DIMENSION);
    assertThat(recall(head, clusters(100, 100, 100, 2))).allMatch(recall -> recall > 0.8);
  }

  @Test
  void shouldGiveTheSameHeadForTheSameSeed() throws Exception {
    LabelledEmbeddings examples = clusters(60, 60, 60, 1);

    DenseHead first = train(examples, HeadTraining.withSeed(3));
    DenseHead second = train(examples, HeadTraining.withSeed(3));
    DenseHead other = train(examples, HeadTraining.withSeed(4));

    assertThat(second.weights()).containsExactly(first.weights());
    assertThat(second.bias()).containsExactly(first.bias());
    assertThat(other.weights()).isNotEqualTo(first.weights());
  }

  @Test
  void shouldGiveRareClassesTheirWeight() throws Exception {
    LabelledEmbeddings rare = overlapping(500, 20);
    LabelledEmbeddings judged = overlapping(500, 500);

    DenseHead balanced = train(rare, settings(true, 60));
    DenseHead plain = train(rare, settings(false, 60));

    assertThat(recall(balanced, judged).get(1)).isGreaterThan(recall(plain, judged).get(1) + 0.1);
  }

  @Test
  void shouldStopEarlyOnLabelsThatMeanNothing() throws Exception {
    Random random = new Random(5);
    List<float[]> embeddings = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      embeddings.add(embedding(random, 0, 0));
      labels.add(LABELS.get(random.nextInt(2)));
    }
    LabelledEmbeddings.TrainingSets noise = labelled(embeddings, labels).split(0.2, new Random(1));
    List<Double> losses = new ArrayList<>();

    HeadTrainer.Trained stopped =
        trainer.train(
            "backbone",
            TrainingData.of(noise.training(), noise.validation()),
            settings(true, 300),
            epoch ->
                losses.add(epoch.validation() == null ? epoch.loss() : epoch.validation().loss()));

    assertThat(stopped.epochs()).isLessThan(20);
    // The search for the number of epochs ran until patience was exhausted, then all was learned.
    assertThat(losses).hasSize(stopped.epochs() + 10 + stopped.epochs());
    assertThat(losses.subList(0, stopped.epochs() + 10))
        .allMatch(loss -> loss >= losses.get(stopped.epochs() - 1));
  }

  @Test
  void shouldBeLessConfidentWithLabelSmoothing() throws Exception {
    LabelledEmbeddings examples = clusters(60, 60, 60, 1);
    HeadTraining plain = settings(true, 60);
    HeadTraining smoothing =
        new HeadTraining(60, 10, 64, ADAM, 0.01f, 0, 0, 0.3f, BALANCED, NO_LAYERS, 3);

    double confident = confidence(train(examples, plain), examples);
    double smoothed = confidence(train(examples, smoothing), examples);

    assertThat(confident).isGreaterThan(0.9);
    assertThat(smoothed).isBetween(0.6, 0.85);
  }

  private static double confidence(DenseHead head, LabelledEmbeddings examples) {
    return examples.embeddings().stream()
        .map(Embedding::numbers)
        .map(head::probabilities)
        .mapToDouble(answer -> Math.max(answer[0], Math.max(answer[1], answer[2])))
        .average()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"ADAMW, 0.01, 0", "RMSPROP, 0.01, 0", "SGD, 0.05, 0.9"})
  void shouldLearnWithEachOptimizer(Optimizer optimizer, float rate, float momentum)
      throws Exception {
    HeadTraining settings =
        new HeadTraining(60, 10, 64, optimizer, rate, momentum, 0.01f, 0, BALANCED, NO_LAYERS, 3);

    DenseHead head = train(clusters(200, 200, 200, 1), settings);

    assertThat(recall(head, clusters(100, 100, 100, 2))).allMatch(recall -> recall > 0.8);
  }

  @Test
  void shouldLearnFromTheValidationPartToo() throws Exception {
    LabelledEmbeddings first = clusters(30, 30, 0, 1);
    LabelledEmbeddings second = clusters(30, 30, 30, 2);

    DenseHead head =
        trainer
            .train("backbone", TrainingData.of(first, second), HeadTraining.withSeed(3), NONE)
            .head();

    assertThat(head.labels()).isEqualTo(LABELS);
    assertThat(recall(head, clusters(50, 50, 50, 4)).get(2)).isGreaterThan(0.8);
  }

  @Test
  void shouldLearnAllEpochsWhereTheValidationPartIsTooSmallToTell() throws Exception {
    LabelledEmbeddings examples = clusters(5, 5, 5, 1);
    LabelledEmbeddings none = new LabelledEmbeddings(List.of(), List.of());

    HeadTrainer.Trained trained =
        trainer.train("backbone", TrainingData.of(examples, none), settings(true, 40), NONE);

    assertThat(trained.epochs()).isEqualTo(40);
    assertThat(trained.device()).isIn("cpu", "gpu");
    assertThat(recall(trained.head(), examples)).allMatch(recall -> recall > 0.8);
  }

  @Test
  void shouldStopWhenItsThreadIsInterrupted() {
    LabelledEmbeddings examples = clusters(50, 50, 50, 1);
    List<Integer> epochs = new ArrayList<>();

    assertThatThrownBy(
            () ->
                trainer.train(
                    "backbone",
                    TrainingData.of(examples, examples),
                    HeadTraining.withSeed(3),
                    epoch -> {
                      epochs.add(epoch.number());
                      Thread.currentThread().interrupt();
                    }))
        .isInstanceOf(InterruptedException.class);

    assertThat(epochs).containsExactly(1);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void shouldBoundTheStepsOfAnEpoch() {
    HeadTraining settings = HeadTraining.withSeed(1);

    assertThat(settings.batchSize(5)).isEqualTo(1);
    assertThat(settings.batchSize(200)).isEqualTo(10);
    assertThat(settings.batchSize(3_000)).isEqualTo(64);
    assertThat(settings.batchSize(50_001)).isEqualTo(251);
    HiddenLayers normalized = new HiddenLayers(List.of(8), Activation.RELU, 0, true);
    assertThat(settings.withHidden(normalized).batchSize(200)).isEqualTo(16);
    assertThat(settings.withHidden(normalized).batchSize(5)).isEqualTo(5);
  }

  @Test
  void shouldBearNumbersThatNeverChange() throws Exception {
    LabelledEmbeddings changing = clusters(30, 30, 30, 1);
    List<float[]> embeddings = changing.embeddings().stream().map(Embedding::numbers).toList();
    embeddings.forEach(embedding -> embedding[7] = 1000);
    LabelledEmbeddings examples = labelled(embeddings, changing.labels());

    DenseHead head = train(examples, HeadTraining.withSeed(3));

    assertThat(recall(head, examples)).allMatch(recall -> recall > 0.8);
  }

  @Test
  void shouldLearnFromTheLastLayerAloneUntilThereAreEnoughExamples() throws Exception {
    LabelledEmbeddings few = layered(clusters(19, 19, 19, 1));
    LabelledEmbeddings enough = layered(clusters(30, 30, 30, 1));

    assertThat(weightsOfTheFirstLayer(train(few, settings(true, 5)))).containsOnly(0);
    assertThat(weightsOfTheFirstLayer(train(enough, settings(true, 5)))).doesNotContain(0);
  }

  private static LabelledEmbeddings layered(LabelledEmbeddings examples) {
    EmbeddingLayers layers =
        new EmbeddingLayers(List.of(new Layer("early", 3), new Layer("late", DIMENSION - 3)));
    return new LabelledEmbeddings(
        examples.embeddings().stream().map(e -> Embedding.of(e.numbers(), layers)).toList(),
        examples.labels());
  }

  private static float[] weightsOfTheFirstLayer(DenseHead head) {
    assertThat(head.dimension()).isEqualTo(DIMENSION);
    return Arrays.copyOf(head.weights(), 3 * LABELS.size());
  }

  @Test
  void shouldRefuseExamplesOfOneLabel() throws Exception {
    LabelledEmbeddings one = labelled(List.of(new float[3], new float[3]), List.of("nut", "nut"));

    assertThatThrownBy(() -> train(one, HeadTraining.withSeed(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least two labels, but there are [nut]");
  }

  @Test
  void shouldNameTheSettingThatIsOutOfRange() throws Exception {
    assertThatThrownBy(() -> new HeadTraining(10, 5, 32, ADAM, 2f, 0, 0, 0, BALANCED, NO_LAYERS, 1))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("training.learning_rate is 2.0: set a value above 0 and at most 1");
  }

  /** Two clouds that overlap. */
  private static LabelledEmbeddings overlapping(int bolts, int gears) {
    Random random = new Random(bolts + gears);
    List<float[]> embeddings = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < bolts + gears; i++) {
      embeddings.add(embedding(random, 0, i < bolts ? 0 : 2));
      labels.add(i < bolts ? "bolt" : "gear");
    }
    return labelled(embeddings, labels);
  }
}
