package dev.imprint.tensorflow;

/** Statistics of ImageNet's pixels, as Keras' {@code imagenet_utils.preprocess_input} has them. */
public final class ImageNet {
  private ImageNet() {}

  /** In 0..255: blue, green, red. */
  public static float[] bgrMean() {
    return new float[] {103.939f, 116.779f, 123.68f};
  }

  /** In 0..1: red, green, blue. */
  public static float[] mean() {
    return new float[] {0.485f, 0.456f, 0.406f};
  }

  /** In 0..1: red, green, blue. */
  public static float[] deviation() {
    return new float[] {0.229f, 0.224f, 0.225f};
  }
}
