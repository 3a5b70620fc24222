package dev.imprint.app.doctor;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.leader.Bf16Findings;
import dev.imprint.model.RejectedException;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Runs the backbone in both precisions and says which one is faster here. Having the instructions
 * does not settle it: with AMX, bf16 takes half the time; with only those of AVX-512, it depends on
 * the CPU.
 *
 * @param what name of the precision, for people
 * @param description of the backbone as configured
 */
record PrecisionCheck(
    String what, BackboneDescription description, ImprintConfig config, TensorFlowRuntime runtime) {
  private static final int ROUNDS = 4;

  /** Whether to run: not if bf16 cannot be faster and is not set. */
  boolean isCalledFor() {
    return description.precision() == Precision.BF16 || runtime.hasBf16();
  }

  /**
   * Empty if there is nothing to try.
   *
   * @param configured self-test of the backbone as configured
   * @throws IOException if the program was built without its pictures
   * @throws RejectedException if the decoder refuses one
   */
  Optional<Finding> run(SelfTest configured) throws IOException, RejectedException {
    if (!isCalledFor()) {
      return Optional.empty();
    }
    int images = config.serving().maxBatch();
    Precision precision = description.precision();
    Precision other = precision == Precision.BF16 ? Precision.FP32 : Precision.BF16;
    try (KerasBackbone alternative =
        KerasBackbone.open(
            description.with(other), PictureBudget.of(config.images()), config.tensorflow())) {
      SelfTest tried = new SelfTest(alternative);
      Duration mine = configured.time(images);
      Duration its = tried.time(images);
      for (int round = 1; round < ROUNDS; round++) { // alternating, so that other load slows both
        mine = shorter(mine, configured.time(images));
        its = shorter(its, tried.time(images));
      }
      return Optional.of(
          precision == Precision.BF16
              ? judgeBf16(its, mine)
              : judgeFp32(mine, its, configured.difference(tried).smallestCosine()));
    } catch (KerasImportException e) { // bf16 changes this network's embeddings too much
      return Optional.of(
          Finding.ok(what + ": bf16 does not suit this backbone: " + e.getMessage()));
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  Finding judgeFp32(Duration fp32, Duration bf16, double cosine) {
    if (gain(fp32, bf16) < Bf16Findings.LEAST_GAIN) {
      return Finding.ok(what + ": bf16 would gain nothing here: " + times(fp32, bf16));
    }
    String gain =
        "%s: bf16 would be %.1f times as fast: %s; cosine with fp32 at least %.4f"
            .formatted(what, gain(fp32, bf16), times(fp32, bf16), cosine);
    return description.precision() == Precision.AUTO
        ? Finding.ok(gain + "; the leader decides (precision: auto)")
        : Finding.advice(
            gain,
            "recommended: set precision: auto in the backbone's YAML; the leader then compares the"
                + " answers, and decides");
  }

  Finding judgeBf16(Duration fp32, Duration bf16) {
    String fix =
        "set precision: fp32 in the backbone's YAML (heads are then retrained), or run on a CPU"
            + " with AMX (amx_bf16 in /proc/cpuinfo)";
    if (!runtime.hasBf16()) {
      return Finding.warning(
          what + " is bf16, but this CPU lacks the instructions for it: " + times(fp32, bf16), fix);
    }
    double gain = gain(fp32, bf16);
    return gain < Bf16Findings.LEAST_GAIN
        ? Finding.warning(what + " is bf16, which gains nothing here: " + times(fp32, bf16), fix)
        : Finding.ok(
            "%s is bf16, %.1f times as fast here: %s".formatted(what, gain, times(fp32, bf16)));
  }

  private static double gain(Duration fp32, Duration bf16) {
    return (double) fp32.toNanos() / bf16.toNanos();
  }

  private String times(Duration fp32, Duration bf16) {
    return "%.0f ms for %d images compared with %.0f ms in fp32"
        .formatted(bf16.toNanos() / 1e6, config.serving().maxBatch(), fp32.toNanos() / 1e6);
  }
}
