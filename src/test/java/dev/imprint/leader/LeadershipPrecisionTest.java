package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.rollout.Models;
import dev.imprint.rollout.PrecisionChoice;
import dev.imprint.rollout.Versions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeadershipPrecisionTest extends LeadershipSteps {
  private static final PrecisionChoice BF16 =
      new PrecisionChoice(Versions.BACKBONE, "bf16", "twice as fast", Versions.AT);

  private final Results trial = new Results();

  /** Ends as the test says, and is due until a choice is made. */
  private static final class Results implements PrecisionTrial {
    private final Queue<Object> next = new ArrayDeque<>();
    private final AtomicInteger runs = new AtomicInteger();

    @Override
    public boolean isDue(Models models) {
      return models.precision() == null && !next.isEmpty();
    }

    @Override
    public @Nullable PrecisionChoice run(Models models) throws IOException {
      runs.incrementAndGet();
      Object result = next.remove();
      if (result instanceof IOException failure) {
        throw failure;
      }
      return result instanceof PrecisionChoice choice ? choice : null;
    }
  }

  @Test
  void shouldRecordThePrecisionThatItHasFoundOnce() {
    trial.next.add(BF16);
    trial.next.add(BF16);
    leadership.choosing(trial);

    stepUntil(() -> registry.store.models().precision() != null);

    assertThat(registry.store.models().precision()).isEqualTo(BF16);
    leadership.step();
    leadership.step();
    assertThat(trial.runs).hasValue(1);
    leadership.close();
    begin(registry.producer());
    leadership.choosing(trial).step();
    assertThat(trial.runs).as("known to the next leader").hasValue(1);
  }

  @Test
  void shouldTryAgainAfterAPauseIfItCannotTell() {
    trial.next.add(new IOException("no memory"));
    trial.next.add("nothing to go by");
    trial.next.add(BF16);
    leadership.choosing(trial);

    stepUntil(() -> trial.runs.get() == 1);
    stepUntilConcluded(1);
    clock.advance(Duration.ofSeconds(61));
    stepUntil(() -> trial.runs.get() == 2);
    stepUntilConcluded(2);
    clock.advance(Duration.ofSeconds(121));
    stepUntil(() -> registry.store.models().precision() != null);

    assertThat(trial.runs).hasValue(3);
  }

  /** The pause begins when the leader has seen the end; until then the trial is still under way. */
  private void stepUntilConcluded(int runs) {
    for (int step = 0; step < 3; step++) {
      leadership.step();
    }
    assertThat(trial.runs).as("not before the pause is over").hasValue(runs);
  }
}
