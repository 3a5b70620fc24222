package dev.imprint.tensorflow.head;

import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.model.LinearHead;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadTrainerTest {
  private static final List<String> LABELS = List.of("bolt", "gear", "nut");
  private static final int DIMENSION = 20;

  private final HeadTrainer trainer = new HeadTrainer(TensorFlowConfig.DEFAULT);

  @Test
  void shouldLearnToTellClassesApart() throws Exception {
    LinearHead head = train(clusters(200, 200, 200, 1), HeadTraining.withSeed(3));

    assertThat(head.labels()).isEqualTo(LABELS);
    assertThat(head.backboneId()).isEqualTo("backbone");
    assertThat(head.dimension()).isEqualTo(DIMENSION);
    assertThat(recall(head, clusters(100, 100, 100, 2))).allMatch(recall -> recall > 0.8);
  }

  @Test
  void shouldGiveTheSameHeadForTheSameSeed() throws Exception {
    LabelledEmbeddings examples = clusters(60, 60, 60, 1);

    LinearHead first = train(examples, HeadTraining.withSeed(3));
    LinearHead second = train(examples, HeadTraining.withSeed(3));
    LinearHead other = train(examples, HeadTraining.withSeed(4));

    assertThat(second.weights()).containsExactly(first.weights());
    assertThat(second.bias()).containsExactly(first.bias());
    assertThat(other.weights()).isNotEqualTo(first.weights());
  }

  @Test
  void shouldGiveRareClassesTheirWeight() throws Exception {
    LabelledEmbeddings rare = overlapping(500, 20);
    LabelledEmbeddings judged = overlapping(500, 500);

    LinearHead balanced = train(rare, settings(true, 60));
    LinearHead plain = train(rare, settings(false, 60));

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
    LabelledEmbeddings.TrainingSets noise =
        new LabelledEmbeddings(embeddings, labels).split(0.2, new Random(1));
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
    List<List<float[]>> views = new ArrayList<>();
    for (int i = 0; i < originals.size(); i++) { // the class alone, in numbers that were all 0
      float[] view = new float[DIMENSION];
      view[DIMENSION - 1 - LABELS.indexOf(originals.labels().get(i))] = 5;
      views.add(List.of(view));
    }
    LabelledEmbeddings shown =
        new LabelledEmbeddings(originals.embeddings(), originals.labels(), views);
    float[] bolt = new float[DIMENSION];
    bolt[DIMENSION - 1] = 5;
    float[] nut = new float[DIMENSION];
    nut[DIMENSION - 3] = 5;

    LinearHead head = train(shown, HeadTraining.withSeed(3));

    assertThat(head.predict(new float[][] {bolt, nut})).containsExactly("bolt", "nut");
    assertThat(recall(head, clusters(100, 100, 100, 2))).allMatch(recall -> recall > 0.7);
  }

  /** The copies of an example that has many do not outweigh the others. */
  @Test
  void shouldCountAnExampleOnceHoweverManyViewsItHas() throws Exception {
    LabelledEmbeddings examples = clusters(60, 60, 60, 1);
    List<List<float[]>> copies =
        examples.embeddings().stream().map(original -> Collections.nCopies(3, original)).toList();

    LinearHead without = train(examples, HeadTraining.withSeed(3));
    LinearHead with =
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
    List<List<float[]>> misleading =
        IntStream.range(0, validation.size())
            .mapToObj(i -> List.of(embedding(new Random(i), 0, 0)))
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

  @Test
  void shouldTrainTheSameHeadWithFoldsAndWithout() throws Exception {
    LabelledEmbeddings examples = clusters(20, 20, 20, 1);
    LabelledEmbeddings none = new LabelledEmbeddings(List.of(), List.of());
    int[] folds = IntStream.range(0, 60).map(i -> i % 5).toArray();

    LinearHead with =
        trainer
            .train(
                "backbone",
                new TrainingData(examples, none, Folds.of(5, folds), List.of()),
                settings(true, 20),
                NONE)
            .head();
    LinearHead without =
        trainer.train("backbone", TrainingData.of(examples, none), settings(true, 20), NONE).head();

    assertThat(with.weights()).containsExactly(without.weights(), within(1e-4f));
  }

  @Test
  void shouldLearnFromTheValidationPartToo() throws Exception {
    LabelledEmbeddings first = clusters(30, 30, 0, 1);
    LabelledEmbeddings second = clusters(30, 30, 30, 2);

    LinearHead head =
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
  }

  @Test
  void shouldBearNumbersThatNeverChange() throws Exception {
    LabelledEmbeddings examples = clusters(30, 30, 30, 1);
    examples.embeddings().forEach(embedding -> embedding[7] = 1000);

    LinearHead head = train(examples, HeadTraining.withSeed(3));

    assertThat(recall(head, examples)).allMatch(recall -> recall > 0.8);
  }

  @Test
  void shouldRefuseExamplesOfOneLabel() throws Exception {
    LabelledEmbeddings one =
        new LabelledEmbeddings(List.of(new float[3], new float[3]), List.of("nut", "nut"));

    assertThatThrownBy(() -> train(one, HeadTraining.withSeed(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least two labels, but there are [nut]");
  }

  @Test
  void shouldNameTheSettingThatIsOutOfRange() throws Exception {
    assertThatThrownBy(() -> new HeadTraining(10, 5, 32, 2f, 0, true, 1))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("training.learning_rate is 2.0: set a value above 0 and at most 1");
  }

  private LinearHead train(LabelledEmbeddings examples, HeadTraining settings)
      throws InterruptedException {
    LabelledEmbeddings.TrainingSets split = examples.split(0.2, new Random(1));
    return trainer
        .train("backbone", TrainingData.of(split.training(), split.validation()), settings, NONE)
        .head();
  }

  private static HeadTraining settings(boolean balanced, int epochs) {
    return new HeadTraining(epochs, 10, 64, 0.01f, 0, balanced, 3);
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
    return new LabelledEmbeddings(embeddings, labels);
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
    return new LabelledEmbeddings(embeddings, labels);
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
  private static List<Double> recall(LinearHead head, LabelledEmbeddings examples) {
    List<String> predicted = head.predict(examples.embeddings().toArray(float[][]::new));
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
