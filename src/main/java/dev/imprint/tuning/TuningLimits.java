package dev.imprint.tuning;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.time.Duration;

/**
 * The bounds of a fine-tuning's process.
 *
 * @param memoryMb of all its memory; a quarter of it is Java's heap
 * @param maxDiskMb for the copies of the pictures and the activations, together
 * @param silence longest time without progress
 */
public record TuningLimits(int memoryMb, int maxDiskMb, Duration silence) {
  private static final int LEAST_MEMORY_MB = 1024;

  /** 4 GiB of memory, 16 GiB of disk, ten minutes without progress. */
  public static final TuningLimits DEFAULTS =
      new TuningLimits(4096, 16_384, Duration.ofMinutes(10));

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public TuningLimits {
    unless(
        memoryMb >= LEAST_MEMORY_MB,
        "training.fine_tune.memory_mb",
        memoryMb,
        "set at least %d; TensorFlow alone takes half of that".formatted(LEAST_MEMORY_MB));
    unless(maxDiskMb >= 1, "training.fine_tune.max_disk_mb", maxDiskMb, "set at least 1");
    unless(
        silence.toMillis() > 0,
        "training.fine_tune.max_silence_minutes",
        silence,
        "set at least 1 minute");
  }

  /** {@code maxDiskMb}. */
  public long diskBytes() {
    return (long) maxDiskMb << 20;
  }

  int heapMb() {
    return memoryMb / 4;
  }
}
