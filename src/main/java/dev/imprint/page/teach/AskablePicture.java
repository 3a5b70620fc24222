package dev.imprint.page.teach;

import dev.imprint.model.Prediction;
import dev.imprint.model.head.Score;
import java.util.List;

/**
 * A picture that may be asked for.
 *
 * @param prediction when it came
 * @param random whether it was drawn by chance when it came, whatever it shows
 * @param top the best labels, best first; empty without a head
 * @param modelVersion whose labels these are
 */
record AskablePicture(Prediction prediction, boolean random, List<Score> top, String modelVersion) {

  /** As it was seen when it came. */
  AskablePicture(Prediction prediction, boolean random) {
    this(prediction, random, prediction.top(), prediction.modelVersion());
  }

  /** The best label, even under the threshold; empty without a head. */
  String guess() {
    return top.isEmpty() ? "" : top.get(0).label();
  }

  /** Between the probabilities of the first two labels, 0..1: small if the model hesitates. */
  float margin() {
    float second = top.size() < 2 ? 0 : top.get(1).confidence();
    return top.isEmpty() ? 0 : top.get(0).confidence() - second;
  }
}
