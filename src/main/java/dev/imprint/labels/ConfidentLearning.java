package dev.imprint.labels;

import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.groupingBy;

import dev.imprint.buffer.Example;
import dev.imprint.training.evaluation.LabelProbabilities;
import dev.imprint.training.evaluation.UnseenAnswer;
import java.util.ArrayList;
import java.util.Comparator;
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

  /**
   * The most certain first: those with the smallest normalized margin.
   *
   * @param answers of heads that know the examples' labels
   */
  public static List<Suspect> suspects(List<UnseenAnswer> answers) {
    Map<String, Double> thresholds =
        answers.stream()
            .collect(
                groupingBy(
                    its -> its.example().label(), averagingDouble(UnseenAnswer::labelConfidence)));
    List<Suspect> suspects = new ArrayList<>();
    for (UnseenAnswer its : answers) {
      LabelProbabilities answer = its.answer();
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
      if (likeliest != null && !likeliest.equals(its.example().label())) {
        suspects.add(new Suspect(its.example(), likeliest, confidence, its.labelConfidence()));
      }
    }
    suspects.sort(
        Comparator.comparingDouble(Suspect::margin)
            .thenComparing(suspect -> suspect.example().imageId()));
    return suspects;
  }
}
