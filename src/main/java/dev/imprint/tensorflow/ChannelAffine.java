package dev.imprint.tensorflow;

/**
 * channel × scale + shift: what a batch norm does once it no longer learns.
 *
 * @param scale one a channel
 * @param shift one a channel
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record ChannelAffine(float[] scale, float[] shift) {
  /**
   * From Keras' variables, in its formula: gamma × (x - mean) / sqrt(variance + epsilon) + beta.
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
   * @param kernel of a convolution before it, the output channel as its last axis; scaled in place
   * @param bias of that convolution, one a channel; becomes the bias of both, in place
   */
  void foldInto(float[] kernel, float[] bias) {
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] *= scale[i % scale.length];
    }
    for (int c = 0; c < bias.length; c++) {
      bias[c] = bias[c] * scale[c] + shift[c];
    }
  }
}
