package dev.imprint.tensorflow.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The numbers that the network computes with. */
public enum Precision {
  /** Those that Keras computes with. */
  @JsonProperty("fp32")
  FP32,
  /**
   * bfloat16, of 8 significant bits, where TensorFlow's rewriter of graphs finds that it costs
   * little and gains speed; on CPUs.
   */
  @JsonProperty("bf16")
  BF16;

  /** As YAML has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
