package dev.imprint.tensorflow.layer;

/**
 * channel × scale + shift: a batch norm that no longer learns.
 *
 * @param scale one per channel
 * @param shift one per channel
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ChannelAffine(float[] scale, float[] shift) {
  /**
   * From Keras' variables, with its formula: gamma × (x - mean) / sqrt(variance + epsilon) + beta.
   */
  static ChannelAffine ofBatchNorm(
      float[] gamma, float[] beta, float[] mean, float[] variance, float epsilon) {
    float[] scale = new float[mean.length];
    float[] shift = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      double factor = gamma[c] / Math.sqrt((double) variance[c] + epsilon);
      scale[c] = (float) factor;
      shift[c] = (float) (beta[c] - mean[c] * factor);
    }
    return new ChannelAffine(scale, shift);
  }

  /**
   * Folds it into the layer before it.
   *
   * @param kernel of that layer, with the output channel as its last axis (the last two for a
   *     depthwise one); scaled in place
   * @param bias of that layer, one per output channel; becomes the bias of both, in place
   */
  void foldBack(float[] kernel, float[] bias) {
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] *= scale[i % scale.length];
    }
    for (int c = 0; c < bias.length; c++) {
      bias[c] = bias[c] * scale[c] + shift[c];
    }
  }

  /**
   * Folds it into the layer after it.
   *
   * @param kernel of that layer, with the input channel (of a group) as the axis before the output
   *     channel; scaled in place
   * @param bias of that layer, one per output channel; the shift's contribution is added, in place
   * @param groups of channels that are independent of each other: 1 for all together, as many as
   *     there are input channels for a depthwise kernel
   */
  void foldAhead(float[] kernel, float[] bias, int groups) {
    int inputs = scale.length / groups;
    int outputs = bias.length / groups;
    double[] shifted = new double[bias.length];
    for (int i = 0; i < kernel.length; i++) {
      int output = i % bias.length;
      int input = output / outputs * inputs + i / bias.length % inputs;
      shifted[output] += (double) kernel[i] * shift[input];
      kernel[i] *= scale[input];
    }
    for (int c = 0; c < bias.length; c++) {
      bias[c] += (float) shifted[c];
    }
  }
}
