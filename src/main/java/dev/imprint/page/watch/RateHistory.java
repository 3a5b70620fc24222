package dev.imprint.page.watch;

import java.time.Instant;
import java.util.List;

/**
 * Predictions a second before a browser came, as far as others were watching.
 *
 * @param end of the last second
 * @param images by second, the oldest first
 */
record RateHistory(Instant end, List<Double> images) {
  RateHistory {
    images = List.copyOf(images);
  }
}
