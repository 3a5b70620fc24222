package dev.imprint.training.evaluation;

import dev.imprint.model.metrics.Calibration;
import java.util.ArrayList;
import java.util.List;

/** Measures how far confidences can be trusted; see {@link Calibration}. */
public final class Reliability {
  private static final int BINS = 15;
  private static final double[] THRESHOLDS = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99};

  private final int[] examples = new int[BINS];
  private final int[] right = new int[BINS];
  private final double[] confidence = new double[BINS];
  private final int[] reached = new int[THRESHOLDS.length];
  private final int[] reachedRight = new int[THRESHOLDS.length];
  private int total;

  public void add(double its, boolean isRight) {
    int bin = Math.min(BINS - 1, (int) (its * BINS));
    total++;
    examples[bin]++;
    confidence[bin] += its;
    right[bin] += isRight ? 1 : 0;
    for (int t = 0; t < THRESHOLDS.length; t++) {
      if (its >= THRESHOLDS[t]) {
        reached[t]++;
        reachedRight[t] += isRight ? 1 : 0;
      }
    }
  }

  /**
   * @param temperature for the record; the confidences were already measured at it
   */
  public Calibration result(double temperature) {
    List<Calibration.Bin> bins = new ArrayList<>();
    double error = 0;
    for (int b = 0; b < BINS; b++) {
      if (examples[b] > 0) {
        bins.add(
            new Calibration.Bin(
                examples[b], confidence[b] / examples[b], (double) right[b] / examples[b]));
        error += Math.abs(confidence[b] - right[b]) / total;
      }
    }
    List<Calibration.Threshold> thresholds = new ArrayList<>();
    for (int t = 0; t < THRESHOLDS.length; t++) {
      thresholds.add(
          new Calibration.Threshold(
              THRESHOLDS[t],
              total == 0 ? 0 : (double) reached[t] / total,
              reached[t] == 0 ? null : (double) reachedRight[t] / reached[t]));
    }
    return new Calibration(temperature, error, bins, thresholds);
  }
}
