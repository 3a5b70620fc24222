package dev.imprint.tensorflow.tuning;

/**
 * The learning rate over the steps: rises linearly, then falls like a cosine to nearly 0
 * (Loshchilov, Hutter 2017).
 *
 * @param highest reached at the end of the rise
 * @param rising steps of the rise
 * @param steps of all
 */
record LearningRate(float highest, long rising, long steps) {
  static LearningRate of(FineTuneSettings settings, long steps) {
    return new LearningRate(
        settings.learningRate(), Math.round(settings.warmUp() * (double) steps), steps);
  }

  /**
   * @param step from 0
   */
  float at(long step) {
    if (step < rising) {
      return (float) (highest * (step + 1.0) / rising);
    }
    double done = (double) (step - rising) / Math.max(1, steps - rising);
    return (float) (highest * (1 + Math.cos(Math.PI * Math.min(1, done))) / 2);
  }
}
