package dev.imprint.training.selection;

import dev.imprint.buffer.Example;
import dev.imprint.event.Sha256;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The purpose of an example. It depends only on the example, so it is the same on every instance
 * and in every run: no head is ever judged on examples that it, or the head before it, has learned
 * from.
 *
 * <p>The digest is the SHA-256 of the example's group, or of the picture if there is none: pictures
 * of one group, and copies of one picture, end up on the same side. Its first 32 bits decide on the
 * holdout, the next 32 on validation.
 */
public enum Split {
  /** To learn from. */
  TRAINING,
  /** A tenth of the rest: decides when to stop, then is learned from too. */
  VALIDATION,
  /** A fifth of all: without folds, heads are judged on it, and none learns from it. */
  HOLDOUT;

  /** Of cross-validation; a fifth of the examples each. */
  public static final int FOLDS = 5;

  private static final double VALIDATION_PART = 0.1;

  public static Split of(Example example) {
    return of(example.group(), example.sha256());
  }

  /**
   * @param group null or empty: none
   * @param sha256 of the picture, hex
   */
  public static Split of(@Nullable String group, String sha256) {
    String digest = digest(group, sha256);
    if ((int) (part(digest, 0) * FOLDS) == 0) {
      return HOLDOUT;
    }
    return part(digest, 1) < VALIDATION_PART ? VALIDATION : TRAINING;
  }

  /**
   * The fold of cross-validation that an example is in, from 0 to {@link #FOLDS} − 1, by the same
   * digest. Fold 0 is the holdout.
   */
  public static int fold(Example example) {
    return fold(example.group(), example.sha256());
  }

  /** The same; arguments as for {@link #of(String, String)}. */
  public static int fold(@Nullable String group, String sha256) {
    return (int) (part(digest(group, sha256), 0) * FOLDS);
  }

  /** Whether it decides when to stop, in whatever fold. */
  public static boolean validates(Example example) {
    return part(digest(example.group(), example.sha256()), 1) < VALIDATION_PART;
  }

  private static String digest(@Nullable String group, String sha256) {
    return group == null || group.isEmpty()
        ? sha256
        : Sha256.hex(group.getBytes(StandardCharsets.UTF_8));
  }

  /** The n-th 32 bits of a digest as a number in 0..1. */
  private static double part(String hex, int n) {
    return Long.parseLong(hex, 8 * n, 8 * n + 8, 16) / 0x1p32;
  }
}
