package dev.imprint.training.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.training.selection.GateConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How often the gate is wrong: champions and challengers are planted whose true accuracies are
 * known, and chance draws the pictures that they are judged on.
 */
@Tag("long")
class GateSimulationTest {
  private static final int LABELS = 10;
  private static final double ACCURACY = 0.88;

  /** Part of the pictures that only one of two equal heads gets right. */
  private static final double DISAGREEMENT = 0.06;

  private static final int TRIALS = 400;
  private static final int TRAININGS = 100;

  private final Gate gate = new Gate(GateConfig.DEFAULTS, 1);
  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void shouldSeldomRefuseAnEqualHead() {
    for (int pictures : List.of(80, 600, 1200)) {
      double refused = 1 - promoted(pictures, 0);
      System.out.printf("equal heads refused on %d pictures: %.3f%n", pictures, refused);
      assertThat(refused).as("on %d pictures", pictures).isLessThanOrEqualTo(0.05);
    }
  }

  @Test
  void shouldSeldomPromoteAHeadThatIsThreePointsWorse() {
    double few = promoted(600, -0.03);
    double many = promoted(1200, -0.03);

    System.out.printf("worse heads promoted on 600 pictures: %.3f, 1200: %.3f%n", few, many);
    assertThat(few).isLessThanOrEqualTo(0.2);
    assertThat(many).isLessThanOrEqualTo(0.05);
  }

  @Test
  void shouldPromoteAHeadThatIsThreePointsBetter() {
    assertThat(promoted(80, 0.03)).isGreaterThan(0.95);
    assertThat(promoted(600, 0.03)).isEqualTo(1);
  }

  /**
   * A hundred trainings, each with new labels and all equally good but for chance, which moves
   * their true accuracy by a point. Each learns from the beginning, so its errors do not add up,
   * and what is clearly worse does not serve.
   */
  @Test
  void shouldNotServeWorseHeadsThanAreTrained() {
    double serving = ACCURACY;
    double sum = 0;
    double lowest = 1;
    for (int training = 0; training < TRAININGS; training++) {
      double trained = ACCURACY + 0.01 * random.nextGaussian();
      if (judge(draw(600, serving, trained - serving), true).promoted()) {
        serving = trained;
      }
      sum += serving;
      lowest = Math.min(lowest, serving);
    }

    System.out.printf(
        "serving after %d equal trainings: mean %.4f, lowest %.4f, last %.4f of %.4f%n",
        TRAININGS, sum / TRAININGS, lowest, serving, ACCURACY);
    assertThat(sum / TRAININGS).isGreaterThan(ACCURACY - 0.002);
    assertThat(serving).isGreaterThan(ACCURACY - 0.01);
  }

  /**
   * If every head were as good as the one that serves but for chance, errors would add up. Without
   * new labels only a better head serves, so they do not.
   */
  @Test
  void shouldNotWalkDownhillByChance() {
    for (int walk = 0; walk < 5; walk++) {
      double serving = ACCURACY;
      for (int training = 0; training < TRAININGS; training++) {
        double trained = serving + 0.01 * random.nextGaussian();
        if (judge(draw(600, serving, trained - serving), false).promoted()) {
          serving = trained;
        }
      }
      System.out.printf("accuracy after %d trainings in a row: %.4f%n", TRAININGS, serving);
      assertThat(serving).isGreaterThan(ACCURACY - 0.01);
    }
  }

  private double promoted(int pictures, double difference) {
    int promoted = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      promoted += judge(draw(pictures, ACCURACY, difference), true).promoted() ? 1 : 0;
    }
    return (double) promoted / TRIALS;
  }

  private Judgement judge(List<Contest.Pair> pairs, boolean behind) {
    Set<String> labels = new TreeSet<>();
    for (int i = 0; i < LABELS; i++) {
      labels.add(label(i));
    }
    return gate.judge(
        new Contest(pairs, labels, new Contest.Opponent(labels, false, behind)), List.of());
  }

  /**
   * @param accuracy of the champion
   * @param difference of the challenger's from it
   */
  private List<Contest.Pair> draw(int pictures, double accuracy, double difference) {
    double lost = (DISAGREEMENT - difference) / 2;
    double gained = (DISAGREEMENT + difference) / 2;
    List<Contest.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      int truth = random.nextInt(LABELS);
      boolean then = random.nextDouble() < accuracy;
      boolean now =
          then
              ? random.nextDouble() >= lost / accuracy
              : random.nextDouble() < gained / (1 - accuracy);
      String wrong = label((truth + 1 + random.nextInt(LABELS - 1)) % LABELS);
      pairs.add(
          new Contest.Pair(label(truth), now ? label(truth) : wrong, then ? label(truth) : wrong));
    }
    return pairs;
  }

  private static String label(int number) {
    return "label-" + number;
  }
}
