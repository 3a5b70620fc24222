package dev.imprint.tensorflow.head;

import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.head.DenseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A head for each fold, which has not seen it. */
class HeadTrainerFoldsTest extends HeadTrainerSteps {
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
}
