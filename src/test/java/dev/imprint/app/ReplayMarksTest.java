package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplayMarksTest {
  private static final int LETTERS = 6;

  /** One replay of the first so many letters, of one reason or (null) of all. */
  record Step(@Nullable String reason, int upTo) {}

  @Test
  void shouldHaveReplayedNothingAtFirst() {
    assertThat(new ReplayMarks(null).isReplayed("a", 0)).isFalse();
    assertThat(new ReplayMarks(new OffsetAndMetadata(0)).isReplayed("a", 0)).isFalse();
  }

  /** Against the plain set of what was replayed, through what is committed at each step. */
  @Property(tries = 300, seed = "7")
  void shouldKnowExactlyWhatWasReplayed(@ForAll("replays") List<Step> replays) {
    Set<String> replayed = new HashSet<>();
    ReplayMarks marks = new ReplayMarks(null);
    for (Step step : replays) {
      for (int offset = 0; offset < step.upTo(); offset++) {
        marks.advance(step.reason(), offset + 1);
        for (String reason : step.reason() == null ? List.of("a", "b") : List.of(step.reason())) {
          replayed.add(reason + offset);
        }
      }
      marks = new ReplayMarks(marks.toCommit());
      for (int offset = 0; offset < LETTERS; offset++) {
        for (String reason : List.of("a", "b")) {
          assertThat(marks.isReplayed(reason, offset))
              .as("%s at %d after %s", reason, offset, replays)
              .isEqualTo(replayed.contains(reason + offset));
        }
      }
    }
  }

  @Provide
  Arbitrary<List<Step>> replays() {
    return Combinators.combine(
            Arbitraries.of("a", "b").injectNull(0.4), Arbitraries.integers().between(0, LETTERS))
        .as(Step::new)
        .list()
        .ofMaxSize(5);
  }
}
