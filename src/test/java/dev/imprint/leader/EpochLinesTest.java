package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.head.Epoch.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EpochLinesTest {
  private final List<String> lines = new ArrayList<>();
  private long seconds;
  private final EpochLines epochs =
      new EpochLines(lines::add, () -> TimeUnit.SECONDS.toNanos(seconds));

  @Test
  void shouldTellLossAccuracyAndTheTimeLeftOfEachPhase() {
    run(Phase.TRIAL, 20, null);
    run(Phase.SEARCH, 25, new Epoch.Validation(0.25, 0.875)); // stops early
    run(Phase.FIT, 20, null);

    assertThat(lines)
        .containsExactly(
            "trying settings, epoch 20 of at most 30: loss 0.5000; 10 s left at most",
            "epoch 20 of at most 30: loss 0.5000, validation loss 0.2500 and accuracy 0.875;"
                + " 10 s left at most",
            "epoch 20 of at most 30: loss 0.5000; 10 s left at most");
  }

  private void run(Phase phase, int count, Epoch.@Nullable Validation validation) {
    for (int number = 1; number <= count; number++) {
      seconds++;
      epochs.epoch(new Epoch(phase, number, 30, 0.5, validation));
    }
  }
}
