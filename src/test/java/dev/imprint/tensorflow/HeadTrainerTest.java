package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeadTrainerTest {
  private static final List<String> LABELS = List.of("bolt", "gear", "nut");
  private static final int DIMENSION = 20;

  private final HeadTrainer trainer = new HeadTrainer(TensorFlowConfig.DEFAULT);

  @Test
  void shouldLearnToTellClassesApart() {
    Head head = trainer.train("backbone", clusters(200, 200, 200, 1), HeadTraining.withSeed(3));

    assertThat(head.labels()).isEqualTo(LABELS);
    assertThat(head.backboneId()).isEqualTo("backbone");
    assertThat(head.dimension()).isEqualTo(DIMENSION);
    assertThat(recall(head, clusters(100, 100, 100, 2))).allMatch(recall -> recall > 0.9);
  }

  @Test
  void shouldGiveTheSameHeadForTheSameSeed() {
    LabelledEmbeddings examples = clusters(60, 60, 60, 1);

    Head first = trainer.train("backbone", examples, HeadTraining.withSeed(3));
    Head second = trainer.train("backbone", examples, HeadTraining.withSeed(3));
    Head other = trainer.train("backbone", examples, HeadTraining.withSeed(4));

    assertThat(second.weights()).containsExactly(first.weights());
    assertThat(second.bias()).containsExactly(first.bias());
    assertThat(other.weights()).isNotEqualTo(first.weights());
  }

  @Test
  void shouldGiveRareClassesTheirWeight() {
    LabelledEmbeddings rare = overlapping(500, 20);
    LabelledEmbeddings judged = overlapping(500, 500);

    Head balanced = trainer.train("backbone", rare, settings(true, 60));
    Head plain = trainer.train("backbone", rare, settings(false, 60));

    assertThat(recall(balanced, judged).get(1)).isGreaterThan(recall(plain, judged).get(1) + 0.1);
  }

  @Test
  void shouldStopEarlyOnLabelsThatMeanNothing() {
    Random random = new Random(5);
    List<float[]> embeddings = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      embeddings.add(embedding(random, 0, 0));
      labels.add(LABELS.get(random.nextInt(2)));
    }
    LabelledEmbeddings noise = new LabelledEmbeddings(embeddings, labels);

    Head stopped = trainer.train("backbone", noise, settings(true, 300));
    Head unstopped =
        trainer.train("backbone", noise, new HeadTraining(300, 300, 64, 0.01f, 0, 0, true, 3));

    assertThat(norm(stopped)).isLessThan(norm(unstopped) / 2);
  }

  @Test
  void shouldBearNumbersThatNeverChange() {
    LabelledEmbeddings examples = clusters(30, 30, 30, 1);
    examples.embeddings().forEach(embedding -> embedding[7] = 1000);

    Head head = trainer.train("backbone", examples, HeadTraining.withSeed(3));

    assertThat(recall(head, examples)).allMatch(recall -> recall > 0.9);
  }

  @Test
  void shouldRefuseExamplesOfOneLabel() {
    LabelledEmbeddings one =
        new LabelledEmbeddings(List.of(new float[3], new float[3]), List.of("nut", "nut"));

    assertThatThrownBy(() -> trainer.train("backbone", one, HeadTraining.withSeed(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least two labels, there are [nut]");
  }

  @Test
  void shouldNameTheSettingThatIsOutOfRange() {
    assertThatThrownBy(() -> new HeadTraining(10, 5, 32, 2f, 0, 0.1, true, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training.learning_rate is 2.0; set it in 0..1");
  }

  private static HeadTraining settings(boolean balanced, int epochs) {
    return new HeadTraining(epochs, 10, 64, 0.01f, 0, 0.2, balanced, 3);
  }

  /** One normal cloud a class, each far out along an axis of its own. */
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

  /** One a label, in the head's order. */
  private static List<Double> recall(Head head, LabelledEmbeddings examples) {
    double[] right = new double[head.labels().size()];
    double[] all = new double[right.length];
    for (int i = 0; i < examples.size(); i++) {
      float[] probabilities = head.probabilities(examples.embeddings().get(i));
      String label = head.top(probabilities, 1).get(0).label();
      int truth = head.labels().indexOf(examples.labels().get(i));
      all[truth]++;
      right[truth] += label.equals(examples.labels().get(i)) ? 1 : 0;
    }
    List<Double> recalls = new ArrayList<>();
    for (int c = 0; c < all.length; c++) {
      recalls.add(right[c] / all[c]);
    }
    return recalls;
  }

  private static double norm(Head head) {
    double sum = 0;
    for (float weight : head.weights()) {
      sum += weight * weight;
    }
    return Math.sqrt(sum);
  }
}
