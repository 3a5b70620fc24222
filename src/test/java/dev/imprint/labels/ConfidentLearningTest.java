package dev.imprint.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.labels.ConfidentLearning.Suspect;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.training.evaluation.LabelProbabilities;
import dev.imprint.training.evaluation.UnseenAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfidentLearningTest {
  private static final List<String> LABELS = List.of("bolt", "gear", "nut");

  @Test
  void shouldSuspectALabelWhereAnotherIsMoreLikelyThanUsual() {
    List<Suspect> suspects =
        ConfidentLearning.suspects(
            List.of(
                answer("1", "nut", 0.0f, 0.1f, 0.9f),
                answer("2", "nut", 0.1f, 0.1f, 0.8f),
                answer("3", "bolt", 0.9f, 0.1f, 0.0f),
                answer("4", "bolt", 0.05f, 0.05f, 0.9f),
                answer("5", "gear", 0.2f, 0.5f, 0.3f)));

    assertThat(suspects)
        .singleElement()
        .satisfies(
            suspect -> {
              assertThat(suspect.example().imageId()).isEqualTo("4");
              assertThat(suspect.suggested()).isEqualTo("nut");
              assertThat(suspect.confidence()).isEqualTo(0.9f);
              assertThat(suspect.labelConfidence()).isEqualTo(0.05f);
            });
  }

  /** The head is rarely sure of gears; that says nothing about their labels. */
  @Test
  void shouldNotSuspectALabelAsAWholeBecauseItIsHard() {
    List<UnseenAnswer> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(answer("nut-" + i, "nut", 0.01f, 0.01f, 0.98f));
      answers.add(answer("gear-" + i, "gear", 0.02f, 0.4f, 0.58f));
    }

    assertThat(ConfidentLearning.suspects(answers)).isEmpty();
  }

  @Test
  void shouldFindMostPlantedErrorsAmongAsManySuggestionsTheMostCertainFirst() {
    Random random = new Random(7);
    List<UnseenAnswer> answers = new ArrayList<>();
    Set<String> planted = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      int truth = random.nextInt(3);
      float[] p = noisy(truth, random);
      int given = random.nextInt(10) == 0 ? (truth + 1 + random.nextInt(2)) % 3 : truth;
      if (given != truth) {
        planted.add("" + i);
      }
      answers.add(answer("" + i, LABELS.get(given), p));
    }

    List<Suspect> suspects = ConfidentLearning.suspects(answers);

    List<String> first =
        suspects.stream().limit(planted.size()).map(s -> s.example().imageId()).toList();
    assertThat(first.stream().filter(planted::contains).count())
        .isGreaterThan(planted.size() * 6 / 10);
    assertThat(suspects.get(0).margin()).isLessThan(suspects.get(suspects.size() - 1).margin());
    Collections.shuffle(answers, random);
    assertThat(ConfidentLearning.suspects(answers)).as("in any order").isEqualTo(suspects);
  }

  /** A softmax whose best label is the truth four times in five. */
  private static float[] noisy(int truth, Random random) {
    double[] logits = new double[3];
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      logits[c] = Math.exp(random.nextGaussian() + (c == truth ? 2 : 0));
      sum += logits[c];
    }
    return new float[] {
      (float) (logits[0] / sum), (float) (logits[1] / sum), (float) (logits[2] / sum)
    };
  }

  private static UnseenAnswer answer(String id, String label, float... probabilities) {
    Example example = new Example(id, label, id, null, Instant.EPOCH, Embedding.of());
    return new UnseenAnswer(example, new LabelProbabilities(LABELS, probabilities));
  }
}
