package dev.imprint.labels;

import dev.imprint.training.Example;
import dev.imprint.training.UnseenProbabilities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Labels that are probably wrong, by confident learning (Northcutt, Jiang and Chuang, 2021): a head
 * that has not learned from an example is more confident of another label than it usually is of
 * pictures that have that label. So labels that are hard for the head are not suspected as a whole.
 */
public final class ConfidentLearning {
  /**
   * A label that is probably wrong.
   *
   * @param suggested the more likely one
   * @param confidence probability of the suggested label, in 0..1
   * @param labelConfidence of the label that it has
   */
  public record Suspect(
      Example example, String suggested, double confidence, double labelConfidence) {
    /** From −1, certainly wrong, to 1. */
    double margin() {
      return labelConfidence - confidence;
    }
  }

  private ConfidentLearning() {}

  /** The most certain first: those with the smallest normalized margin. */
  public static List<Suspect> suspects(List<UnseenProbabilities> answers) {
    Map<String, Double> thresholds = meanSelfConfidence(answers);
    List<Suspect> suspects = new ArrayList<>();
    for (UnseenProbabilities answer : answers) {
      String likeliest = null;
      double confidence = 0;
      for (int c = 0; c < answer.probabilities().length; c++) {
        double p = answer.probabilities()[c];
        // A label that no example has is never suggested.
        double threshold = thresholds.getOrDefault(answer.labels().get(c), 2.0);
        if (p >= threshold && p > confidence) {
          likeliest = answer.labels().get(c);
          confidence = p;
        }
      }
      if (likeliest != null && !likeliest.equals(answer.example().label())) {
        suspects.add(new Suspect(answer.example(), likeliest, confidence, selfConfidence(answer)));
      }
    }
    suspects.sort(
        Comparator.comparingDouble(Suspect::margin)
            .thenComparing(suspect -> suspect.example().imageId()));
    return suspects;
  }

  private static Map<String, Double> meanSelfConfidence(List<UnseenProbabilities> answers) {
    Map<String, Double> sums = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    for (UnseenProbabilities answer : answers) {
      sums.merge(answer.example().label(), selfConfidence(answer), Double::sum);
      counts.merge(answer.example().label(), 1, Integer::sum);
    }
    sums.replaceAll((label, sum) -> sum / counts.getOrDefault(label, 1));
    return sums;
  }

  private static double selfConfidence(UnseenProbabilities answer) {
    return answer.probabilities()[answer.labels().indexOf(answer.example().label())];
  }
}
