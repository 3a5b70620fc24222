package dev.imprint.page.teach;

import dev.imprint.model.Prediction;
import dev.imprint.model.Score;
import java.util.List;

/**
 * A picture that may be asked for.
 *
 * @param random whether it was drawn by chance when it came, whatever it shows
 */
record AskablePicture(Prediction prediction, boolean random) {
  /** The best label, even under the threshold; empty without a head. */
  String guess() {
    List<Score> top = prediction.top();
    return top.isEmpty() ? "" : top.get(0).label();
  }

  /** Between the probabilities of the first two labels, 0..1: small if the model hesitates. */
  float margin() {
    List<Score> top = prediction.top();
    float second = top.size() < 2 ? 0 : top.get(1).confidence();
    return top.isEmpty() ? 0 : top.get(0).confidence() - second;
  }
}
