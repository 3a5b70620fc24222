package dev.imprint.tensorflow;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * How pixels (0..255, RGB) are transformed for the network; the modes of Keras' {@code
 * imagenet_utils.preprocess_input} under their names there.
 */
public enum Preprocessing {
  /** Unchanged: the network begins with its own rescaling. */
  @JsonProperty("none")
  NONE {
    @Override
    public Operand<TFloat32> apply(
        Ops tf, Operand<TFloat32> pixels, BackboneDescription description) {
      return pixels;
    }
  },
  /** To -1..1. */
  @JsonProperty("tf")
  TF {
    @Override
    public Operand<TFloat32> apply(
        Ops tf, Operand<TFloat32> pixels, BackboneDescription description) {
      return tf.math.sub(tf.math.div(pixels, tf.constant(127.5f)), tf.constant(1f));
    }
  },
  /** To BGR, minus ImageNet's mean. */
  @JsonProperty("caffe")
  CAFFE {
    @Override
    public Operand<TFloat32> apply(
        Ops tf, Operand<TFloat32> pixels, BackboneDescription description) {
      Operand<TFloat32> bgr = tf.reverse(pixels, tf.constant(new int[] {-1}));
      return tf.math.sub(bgr, tf.constant(ImageNet.bgrMean()));
    }
  },
  /** To 0..1, then standardized with ImageNet's mean and deviation. */
  @JsonProperty("torch")
  TORCH {
    @Override
    public Operand<TFloat32> apply(
        Ops tf, Operand<TFloat32> pixels, BackboneDescription description) {
      Operand<TFloat32> unit = tf.math.div(pixels, tf.constant(255f));
      Operand<TFloat32> centred = tf.math.sub(unit, tf.constant(ImageNet.mean()));
      return tf.math.div(centred, tf.constant(ImageNet.deviation()));
    }
  },
  /** pixel × scale + offset. */
  @JsonProperty("custom")
  CUSTOM {
    @Override
    public Operand<TFloat32> apply(
        Ops tf, Operand<TFloat32> pixels, BackboneDescription description) {
      Float scale = description.scale();
      Float offset = description.offset();
      if (scale == null || offset == null) {
        throw new IllegalStateException("a custom description always has both");
      }
      return tf.math.add(tf.math.mul(pixels, tf.constant(scale)), tf.constant(offset));
    }
  };

  /**
   * @param pixels n × height × width × 3
   */
  public abstract Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> pixels, BackboneDescription description);
}
