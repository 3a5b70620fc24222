package dev.imprint.rollout;

import java.time.Instant;

/**
 * The precision that all instances serve a backbone in, if its YAML leaves that open; one that
 * cannot compute in bf16 serves in fp32. The leader chooses it once for a backbone, and until then
 * it is fp32.
 *
 * @param backboneId of the backbone, whose heads are trained in fp32 in either case
 * @param precision {@code fp32} or {@code bf16}
 * @param reason with figures, in words
 */
public record PrecisionChoice(String backboneId, String precision, String reason, Instant at) {
  public static final String BF16 = "bf16";
  public static final String FP32 = "fp32";

  /** Whether it is about this backbone. */
  public boolean isFor(String id) {
    return backboneId.equals(id);
  }

  boolean isBf16() {
    return precision.equals(BF16);
  }
}
