package dev.imprint.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The clock advances by a millisecond each time the number of waiting pictures is read. */
class CatchUpTest {
  private static final Duration PATIENCE = Duration.ofMillis(3);

  private final AtomicLong clock = new AtomicLong();
  private final CatchUp catchUp = new CatchUp(clock::get);
  private final List<Integer> said = new ArrayList<>();

  @Test
  void shouldWaitOnWhileFewerAndFewerWaitThoughNoneDidAtFirst() throws Exception {
    assertThat(await(0, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)).isTrue();
    assertThat(said).containsExactly(0, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  }

  @Test
  void shouldBePatientWhileTheTopicsAreRead() throws Exception {
    assertThat(await(0, 5, 10, 9, 8)).isTrue();
  }

  @Test
  void shouldGiveUpIfTheyDoNotBecomeFewer() throws Exception {
    assertThat(await(4, 3, 3, 3, 4, 2, 1)).isFalse();
    assertThat(said).containsExactly(4, 3, 3, 3, 4);
  }

  @Test
  void shouldGiveUpIfThereAreMoreAndMore() throws Exception {
    assertThat(await(4, 5, 6, 7, 8, 9)).isFalse();
    assertThat(said).containsExactly(4, 5, 6, 7);
  }

  /** Caught up once all of these have been seen. */
  private boolean await(int... waiting) throws InterruptedException {
    return catchUp.await(
        PATIENCE,
        () -> {
          clock.addAndGet(Duration.ofMillis(1).toNanos());
          return waiting[said.size()];
        },
        pictures -> {
          said.add(pictures);
          if (said.size() == waiting.length) {
            catchUp.done().complete(true);
          }
        });
  }
}
