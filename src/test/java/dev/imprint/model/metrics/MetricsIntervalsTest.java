package dev.imprint.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.event.Json;
import dev.imprint.model.metrics.Metrics.PerLabel;
import dev.imprint.training.evaluation.Evaluation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsIntervalsTest {
  /** Classes have different error rates; {@code skew} makes some of them rare. */
  @ParameterizedTest
  @CsvSource({
    "2, 30, 0.1, 1",
    "2, 600, 0.1, 1",
    "10, 100, 0.1, 1",
    "10, 600, 0.1, 0.7",
    "10, 600, 0.3, 1"
  })
  void shouldContainTheTrueMacroF1NineteenTimesOutOfTwenty(
      int labels, int examples, double error, double skew) {
    Random random = new Random(3);
    Population population = new Population(labels, error, skew);
    int contained = 0;
    for (int trial = 0; trial < 100; trial++) {
      Interval interval = population.sample(examples, random).macroF1Interval();
      double truth = population.macroF1();
      contained += interval.low() <= truth && truth <= interval.high() ? 1 : 0;
    }

    assertThat(contained).isGreaterThanOrEqualTo(90);
  }

  @Test
  void shouldDoubtAHeadWithoutAMistakeTheMoreTheFewerThePictures() {
    double afterSix = perfect(3).macroF1Interval().low();
    double afterSixHundred = perfect(300).macroF1Interval().low();

    assertThat(afterSix).isBetween(0.4, 0.85);
    assertThat(afterSixHundred).isBetween(0.98, 0.9999);
    assertThat(perfect(3).macroF1Interval().high()).isEqualTo(1);
  }

  @Test
  void shouldBeTheSameForTheSameCountsAndSurviveARecord() throws IOException {
    Metrics metrics = new Population(5, 0.2, 0.7).sample(80, new Random(1));

    Metrics read = Json.decode(Json.encode(metrics), Metrics.class);

    assertThat(read).isEqualTo(metrics);
    assertThat(read.macroF1Interval()).isEqualTo(metrics.macroF1Interval());
    assertThat(new String(Json.encode(metrics), java.nio.charset.StandardCharsets.UTF_8))
        .contains("\"accuracy_interval\":{\"low\":0.", "\"macro_f1_interval\":{\"low\":0.");
  }

  @Test
  void shouldNotNeedTheConfusionThatARecordOfManyLabelsLeavesOut() {
    Metrics whole = new Population(5, 0.2, 0.7).sample(80, new Random(1));
    Metrics compact =
        new Metrics(
            whole.examples(),
            whole.accuracy(),
            whole.macroPrecision(),
            whole.macroRecall(),
            whole.macroF1(),
            whole.labels(),
            List.of());

    assertThat(compact.macroF1Interval()).isEqualTo(whole.macroF1Interval());
  }

  @Test
  void shouldTellHowSureEachLabelsFiguresAre() {
    // 12 washers of which 9 were found; 3 nuts were taken for washers
    PerLabel washer = new PerLabel("washer", 0.75, 0.75, 0.75, 12);

    assertThat(washer.recallInterval().low()).isEqualTo(0.468, within(0.001));
    assertThat(washer.precisionInterval()).isEqualTo(washer.recallInterval());
    assertThat(washer.f1Interval().low()).isEqualTo(0.520, within(0.01));
    assertThat(washer.f1Interval().high()).isEqualTo(0.886, within(0.01));
    PerLabel never = new PerLabel("nut", 0, 0, 0, 4);
    assertThat(never.precisionInterval()).isNull();
    assertThat(never.f1Interval().low()).isZero();
    assertThat(never.f1Interval().high()).isBetween(0.6, 0.7);
  }

  private static Metrics perfect(int ofEach) {
    List<String> truths = new ArrayList<>(Collections.nCopies(ofEach, "gear"));
    truths.addAll(Collections.nCopies(ofEach, "nut"));
    return Evaluation.metrics(truths, truths);
  }

  /** Pictures without end; a wrong answer is any other label. */
  private static final class Population {
    private final double[] share;
    private final double[] error;

    Population(int labels, double meanError, double skew) {
      share = new double[labels];
      error = new double[labels];
      double sum = 0;
      for (int label = 0; label < labels; label++) {
        share[label] = Math.pow(skew, Math.min(label, 5));
        sum += share[label];
        error[label] = meanError * (0.5 + label % 3 * 0.5);
      }
      for (int label = 0; label < labels; label++) {
        share[label] /= sum;
      }
    }

    double macroF1() {
      double sum = 0;
      for (int label = 0; label < share.length; label++) {
        double predicted = 0;
        for (int truth = 0; truth < share.length; truth++) {
          double part = truth == label ? 1 - error[truth] : error[truth] / (share.length - 1);
          predicted += share[truth] * part;
        }
        sum += 2 * share[label] * (1 - error[label]) / (share[label] + predicted);
      }
      return sum / share.length;
    }

    Metrics sample(int examples, Random random) {
      List<String> truths = new ArrayList<>();
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < examples; i++) {
        int truth = draw(random.nextDouble());
        int other = (truth + 1 + random.nextInt(share.length - 1)) % share.length;
        truths.add("label-" + truth);
        answers.add("label-" + (random.nextDouble() < error[truth] ? other : truth));
      }
      return Evaluation.metrics(truths, answers);
    }

    private int draw(double at) {
      double left = at;
      for (int label = 0; label < share.length; label++) {
        left -= share[label];
        if (left < 0) {
          return label;
        }
      }
      return share.length - 1;
    }
  }
}
