package dev.imprint.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The last feedback wins, no matter when writes to the topic labels come back. */
class LabelHistoriesTest {
  /** Stores take a while to make, and grow slower with what they hold. */
  private static final int HISTORIES_IN_ONE = 50;

  @Test
  void shouldLetTheLastOneWinInEachOfTwoThousandHistories() {
    play(0, 2_000);
  }

  @Test
  @Tag("long")
  void shouldLetTheLastOneWinInEachOfEightThousandMore() {
    play(2_000, 10_000);
  }

  private static void play(long from, long to) {
    List<Long> wrong = new ArrayList<>();
    LabelStores stores = new LabelStores();
    for (long seed = from; seed < to; seed++) {
      if (seed % HISTORIES_IN_ONE == 0) {
        stores = new LabelStores();
      }
      if (new LabelHistory(seed, stores, false).play() != null) {
        wrong.add(seed);
      }
    }

    assertThat(wrong)
        .as(() -> "seeds of %d histories that went wrong; %s".formatted(wrong.size(), told(wrong)))
        .isEmpty();
  }

  private static String told(List<Long> seeds) {
    return seeds.isEmpty()
        ? ""
        : "the first: " + new LabelHistory(seeds.get(0), new LabelStores(), true).play();
  }
}
