package dev.imprint.tensorflow.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The number format that the network computes in. */
public enum Precision {
  /** The same as in Keras. */
  @JsonProperty("fp32")
  FP32,
  /**
   * bfloat16, with 8 significant bits, in the places where TensorFlow's graph rewriter finds that
   * it costs little accuracy and gains speed; on CPUs.
   */
  @JsonProperty("bf16")
  BF16,
  /**
   * Heads are trained in fp32, and served in bf16 where the service's leader found that it pays.
   */
  @JsonProperty("auto")
  AUTO;

  /** The precision of the embeddings that heads are trained on. */
  public Precision ofHeads() {
    return this == AUTO ? FP32 : this;
  }

  /** The name used in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
