package dev.imprint.tensorflow.head;

import static dev.imprint.tensorflow.head.ClassWeights.BALANCED;
import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static dev.imprint.tensorflow.head.Optimizer.ADAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.Activation;
import dev.imprint.model.DenseHead;
import dev.imprint.model.Embedding;
import dev.imprint.model.EmbeddingLayers;
import dev.imprint.model.EmbeddingLayers.Layer;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTrainerTest {
  private static final List<String> LABELS = List.of("bolt", "gear", "nut");
  private static final int DIMENSION = 20;
  private static final HiddenLayers NO_LAYERS = HiddenLayers.NONE;

  private final HeadTrainer trainer = new HeadTrainer(TensorFlowConfig.DEFAULT);

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
  void shouldLearnFromViewsWhatTheOriginalsDoNotShow() throws Exception {
    LabelledEmbeddings originals = clusters(60, 60, 60, 1);
    List<List<Embedding>> views = new ArrayList<>();
    for (int i = 0; i < originals.size(); i++) { // the class alone, in numbers that were all 0
      float[] view = new float[DIMENSION];
      view[DIMENSION - 1 - LABELS.indexOf(originals.labels().get(i))] = 5;
      views.add(List.of(Embedding.of(view)));
    }
    LabelledEmbeddings shown =
        new LabelledEmbeddings(originals.embeddings(), originals.labels(), views);
    float[] bolt = new float[DIMENSION];
    bolt[DIMENSION - 1] = 5;
    float[] nut = new float[DIMENSION];
    nut[DIMENSION - 3] = 5;

    DenseHead head = train(shown, HeadTraining.withSeed(3));

    assertThat(head.predict(new float[][] {bolt, nut})).containsExactly("bolt", "nut");
    assertThat(recall(head, clusters(100, 100, 100, 2))).allMatch(recall -> recall > 0.7);
  }

  /** The copies of an example that has many do not outweigh the others. */
  @Test
  void shouldCountAnExampleOnceHoweverManyViewsItHas() throws Exception {
    LabelledEmbeddings examples = clusters(60, 60, 60, 1);
    List<List<Embedding>> copies =
        examples.embeddings().stream().map(original -> Collections.nCopies(3, original)).toList();

    DenseHead without = train(examples, HeadTraining.withSeed(3));
    DenseHead with =
        train(
            new LabelledEmbeddings(examples.embeddings(), examples.labels(), copies),
            HeadTraining.withSeed(3));

    assertThat(with.weights()).containsExactly(without.weights());
    assertThat(with.bias()).containsExactly(without.bias());
  }

  @Test
  void shouldValidateByTheOriginalsAlone() throws Exception {
    LabelledEmbeddings.TrainingSets parts = clusters(60, 60, 60, 1).split(0.3, new Random(1));
    LabelledEmbeddings validation = parts.validation();
    List<List<Embedding>> misleading =
        IntStream.range(0, validation.size())
            .mapToObj(i -> List.of(Embedding.of(embedding(new Random(i), 0, 0))))
            .toList();
    List<Epoch.Validation> plain = new ArrayList<>();
    List<Epoch.Validation> withViews = new ArrayList<>();

    trainer.train(
        "backbone",
        TrainingData.of(parts.training(), validation),
        settings(true, 20),
        epoch -> plain.add(epoch.validation()));
    trainer.train(
        "backbone",
        TrainingData.of(
            parts.training(),
            new LabelledEmbeddings(validation.embeddings(), validation.labels(), misleading)),
        settings(true, 20),
        epoch -> withViews.add(epoch.validation()));

    assertThat(withViews).isEqualTo(plain).anyMatch(Objects::nonNull);
  }

  /** A fold's head has learned nothing from its fold: wrong labels there do not mislead it. */
  @Test
  void shouldTrainAHeadForEachFoldOnTheOthers() throws Exception {
    LabelledEmbeddings right = clusters(30, 30, 0, 1);
    List<String> labels = new ArrayList<>(right.labels());
    int[] folds = new int[labels.size()];
    for (int i = 0; i < folds.length; i++) {
      folds[i] = i % 3;
      if (folds[i] == 2) {
        labels.set(i, labels.get(i).equals("bolt") ? "gear" : "bolt");
      }
    }
    labels.set(5, "nut"); // in fold 2 alone
    LabelledEmbeddings none = new LabelledEmbeddings(List.of(), List.of());

    HeadTrainer.Trained trained =
        trainer.train(
            "backbone",
            new TrainingData(
                new LabelledEmbeddings(right.embeddings(), labels),
                none,
                Folds.of(3, folds),
                List.of()),
            settings(true, 60),
            NONE);

    assertThat(trained.head().labels()).isEqualTo(LABELS);
    assertThat(trained.folds()).hasSize(3);
    assertThat(trained.folds().get(0).labels()).isEqualTo(LABELS);
    assertThat(trained.folds().get(2).labels()).containsExactly("bolt", "gear");
    LabelledEmbeddings judged = clusters(100, 100, 0, 2);
    assertThat(recall(trained.folds().get(2), judged)).allMatch(recall -> recall > 0.8);
    double misled = recall(trained.folds().get(0), judged).get(0);
    assertThat(misled).isLessThan(recall(trained.folds().get(2), judged).get(0));
  }

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
  void shouldTrainTheSameHeadWithFoldsAndWithout() throws Exception {
    LabelledEmbeddings examples = clusters(20, 20, 20, 1);
    LabelledEmbeddings none = new LabelledEmbeddings(List.of(), List.of());
    int[] folds = IntStream.range(0, 60).map(i -> i % 5).toArray();

    DenseHead with =
        trainer
            .train(
                "backbone",
                new TrainingData(examples, none, Folds.of(5, folds), List.of()),
                settings(true, 20),
                NONE)
            .head();
    DenseHead without =
        trainer.train("backbone", TrainingData.of(examples, none), settings(true, 20), NONE).head();

    assertThat(with.weights()).containsExactly(without.weights(), within(1e-4f));
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

  private DenseHead train(LabelledEmbeddings examples, HeadTraining settings)
      throws InterruptedException {
    LabelledEmbeddings.TrainingSets split = examples.split(0.2, new Random(1));
    return trainer
        .train("backbone", TrainingData.of(split.training(), split.validation()), settings, NONE)
        .head();
  }

  private static HeadTraining settings(boolean balanced, int epochs) {
    ClassWeights classWeights = balanced ? BALANCED : ClassWeights.NONE;
    return new HeadTraining(epochs, 10, 64, ADAM, 0.01f, 0, 0, 0, classWeights, NO_LAYERS, 3);
  }

  /** One normal cloud per class, each far out along its own axis. */
  private static LabelledEmbeddings clusters(int bolts, int gears, int nuts, long seed) {
    Random random = new Random(seed);
    List<float[]> embeddings = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    int[] counts = {bolts, gears, nuts};
    for (int c = 0; c < counts.length; c++) {
      for (int i = 0; i < counts[c]; i++) {
        embeddings.add(embedding(random, c, 4));
        labels.add(LABELS.get(c));
      }
    }
    return labelled(embeddings, labels);
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

  private static LabelledEmbeddings labelled(List<float[]> embeddings, List<String> labels) {
    return new LabelledEmbeddings(embeddings.stream().map(Embedding::of).toList(), labels);
  }

  private static float[] embedding(Random random, int axis, float distance) {
    float[] embedding = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      // Scales and means differ from number to number, as they do in real embeddings.
      embedding[i] = (float) random.nextGaussian() * (i + 1) + 3 * i;
    }
    embedding[axis] += distance * (axis + 1);
    return embedding;
  }

  /** One per label, in the head's order. */
  private static List<Double> recall(DenseHead head, LabelledEmbeddings examples) {
    List<String> predicted =
        head.predict(
            examples.embeddings().stream().map(Embedding::numbers).toArray(float[][]::new));
    double[] right = new double[head.labels().size()];
    double[] all = new double[right.length];
    for (int i = 0; i < examples.size(); i++) {
      int truth = head.labels().indexOf(examples.labels().get(i));
      all[truth]++;
      right[truth] += predicted.get(i).equals(examples.labels().get(i)) ? 1 : 0;
    }
    List<Double> recalls = new ArrayList<>();
    for (int c = 0; c < all.length; c++) {
      recalls.add(right[c] / all[c]);
    }
    return recalls;
  }
}
