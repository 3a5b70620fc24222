package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.runs.TrainingLog;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.tuning.TuningProgress;
import dev.imprint.tensorflow.tuning.TuningProgress.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FineTuneProgressTest {
  private final List<String> lines = new ArrayList<>();
  private long now;
  private final FineTuneProgress progress =
      new FineTuneProgress(TrainingLog.none(), lines::add, LearningMetrics.NOOP, () -> now);

  @Test
  void shouldTellHowLongTheFrozenLayersTakeEveryFewSeconds() {
    for (int done = 0; done <= 40; done += 10) {
      progress.progress(new TuningProgress(Phase.ACTIVATIONS, done, 100, 0, 0, null));
      now += Duration.ofSeconds(10).toNanos();
    }

    assertThat(lines)
        .containsExactly(
            "20 of 100 views through the frozen layers; 80 s left",
            "40 of 100 views through the frozen layers; 60 s left");
  }

  @Test
  void shouldTellOfEachEpochWithValidationOrWithout() {
    step(1, null);
    step(1, new Epoch(Epoch.Phase.TUNING, 1, 3, 0.5, new Epoch.Validation(0.25, 0.75)));
    step(2, null);
    step(2, new Epoch(Epoch.Phase.TUNING, 2, 3, 0.375, null));

    assertThat(lines)
        .containsExactly(
            "epoch 1 of at most 3: loss 0.5000, validation loss 0.2500 and accuracy 0.750",
            "epoch 2 of at most 3: loss 0.3750");
  }

  private void step(int epoch, @Nullable Epoch ended) {
    progress.progress(new TuningProgress(Phase.TUNING, epoch, 3, epoch, 0.5, ended));
  }
}
