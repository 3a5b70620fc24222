package dev.imprint.model.metrics;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a head's confidence, the probability of its best label, can be trusted: of the answers
 * with 0.8, four in five should be right. Measured on examples that the answering head has not
 * learned from.
 *
 * @param temperature that the head's logits were divided by; 1 if none improved their likelihood
 * @param error expected calibration error over 15 bins of equal width (Guo et al. 2017, "On
 *     Calibration of Modern Neural Networks"), in 0..1
 * @param bins the reliability curve, by ascending confidence; without empty bins
 * @param thresholds what some values of {@code serving.threshold} would do
 */
public record Calibration(
    double temperature, double error, List<Bin> bins, List<Threshold> thresholds) {
  /**
   * @param examples how many answers are in it
   * @param confidence their mean
   * @param accuracy share of them that is right
   */
  public record Bin(int examples, double confidence, double accuracy) {}

  /**
   * @param confidence the threshold
   * @param answered share of the examples whose answer reaches it
   * @param accuracy share of these answers that is right; null if there are none
   */
  public record Threshold(double confidence, double answered, @Nullable Double accuracy) {}

  /**
   * The share of all examples whose answer is right and reaches a threshold: the live accuracy to
   * expect with it at least, since a prediction without a label is not right. Exact for those in
   * {@code thresholds}; for another, that of the next higher one, as fewer answers reach that.
   *
   * @param threshold as set, which is a float
   */
  public double rightFrom(float threshold) {
    return thresholds.stream()
        .filter(its -> (float) its.confidence() >= threshold && its.accuracy() != null)
        .mapToDouble(its -> its.answered() * Objects.requireNonNull(its.accuracy()))
        .max()
        .orElse(0);
  }

  public Calibration {
    bins = List.copyOf(bins);
    thresholds = List.copyOf(thresholds);
  }
}
