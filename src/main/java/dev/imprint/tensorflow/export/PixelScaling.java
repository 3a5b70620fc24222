package dev.imprint.tensorflow.export;

import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.ImageNet;
import dev.imprint.tensorflow.Preprocessing;
import java.util.Arrays;
import java.util.Objects;

/**
 * A {@link Preprocessing} as numbers: pixel × scale + offset.
 *
 * @param bgr whether blue, green, red come out, instead of red, green, blue
 * @param scale one, or one for each channel that comes out
 * @param offset likewise
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PixelScaling(boolean bgr, float[] scale, float[] offset) {
  static PixelScaling of(BackboneDescription description) {
    return switch (description.preprocessing()) {
      case NONE -> new PixelScaling(false, of(1), of(0));
      case TF -> new PixelScaling(false, of(1 / 127.5f), of(-1));
      case CAFFE -> {
        float[] mean = ImageNet.bgrMean();
        yield new PixelScaling(true, of(1), of(-mean[0], -mean[1], -mean[2]));
      }
      case TORCH -> {
        float[] scale = ImageNet.deviation();
        float[] offset = ImageNet.mean();
        for (int i = 0; i < scale.length; i++) {
          offset[i] = -offset[i] / scale[i];
          scale[i] = 1 / (255 * scale[i]);
        }
        yield new PixelScaling(false, scale, offset);
      }
      case CUSTOM ->
          new PixelScaling(
              false,
              of(Objects.requireNonNull(description.scale())),
              of(Objects.requireNonNull(description.offset())));
    };
  }

  private static float[] of(float... numbers) {
    return numbers;
  }

  boolean isIdentity() {
    return Arrays.equals(scale, of(1)) && Arrays.equals(offset, of(0));
  }
}
