package dev.imprint.training.gate;

import dev.imprint.model.metrics.Calibration;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.training.evaluation.Learned;
import dev.imprint.training.evaluation.Mistake;
import dev.imprint.training.evaluation.Reliability;
import dev.imprint.training.evaluation.Temperature;
import dev.imprint.training.evaluation.UnseenAnswer;
import dev.imprint.training.evaluation.UnseenAnswers;
import dev.imprint.training.selection.Selection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A new head, with answers to the examples that it is judged on, none by a head that has learned
 * from its example.
 *
 * @param answers without examples for which there is no such answer
 * @param temperature that its logits were divided by
 */
public record Challenger(
    HeadTrainer.Trained trained, List<UnseenAnswer> answers, double temperature) {

  public static Challenger of(HeadTrainer.Trained trained, Selection selection) {
    UnseenAnswers unseen =
        new UnseenAnswers(trained.head(), trained.folds(), Learned.byDigest(selection.examples()));
    return new Challenger(trained, unseen.of(selection.judged()), 1);
  }

  /** The labels that it answers, by image id. */
  Map<String, String> labels() {
    return answers.stream()
        .collect(Collectors.toMap(its -> its.example().imageId(), its -> its.answer().label()));
  }

  /** The wrong answers with the highest confidence, that one first. */
  public List<Mistake> mistakes(int most) {
    return answers.stream()
        .filter(its -> !its.isRight())
        .map(its -> new Mistake(its.example(), its.answer().label(), its.answer().confidence()))
        .sorted(
            Comparator.comparingDouble(Mistake::confidence)
                .reversed()
                .thenComparing(mistake -> mistake.example().imageId()))
        .limit(most)
        .toList();
  }

  /** The mean negative log-likelihood of the true labels; 0 is best. */
  public double loss() {
    return known().stream()
        .mapToDouble(its -> -Math.log(Math.max(Temperature.SMALLEST, its.labelConfidence())))
        .average()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Those whose label the answering head knows. */
  private List<UnseenAnswer> known() {
    return answers.stream().filter(UnseenAnswer::knowsLabel).toList();
  }

  /** The same at the temperature that makes the true labels most likely. */
  public Challenger calibrated() {
    double best = Temperature.of(known());
    return best == 1
        ? this
        : new Challenger(
            trained.dividedBy(best), answers.stream().map(its -> its.at(best)).toList(), best);
  }

  public Calibration calibration() {
    Reliability reliability = new Reliability();
    answers.forEach(its -> reliability.add(its.answer().confidence(), its.isRight()));
    return reliability.result(temperature);
  }
}
