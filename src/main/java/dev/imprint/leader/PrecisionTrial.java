package dev.imprint.leader;

import dev.imprint.rollout.Models;
import dev.imprint.rollout.PrecisionChoice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Finds out which precision serving should compute in, where that is left open. Thread-safe. */
public interface PrecisionTrial {
  /** Where nothing is left open. */
  PrecisionTrial NONE =
      new PrecisionTrial() {
        @Override
        public boolean isDue(Models models) {
          return false;
        }

        @Override
        public @Nullable PrecisionChoice run(Models models) {
          return null;
        }
      };

  /** Whether something is left open that can be found out now. Returns at once. */
  boolean isDue(Models models);

  /**
   * Takes seconds.
   *
   * @return null if it cannot be found out after all
   * @throws IOException if the serving version or pictures cannot be read, or there is no memory
   *     for a second network
   */
  @Nullable PrecisionChoice run(Models models) throws IOException, InterruptedException;
}
