package dev.imprint.app.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  /** One replay of the first {@code upTo} letters, of one reason or (null) of all. */
  record Step(@Nullable String reason, int upTo) {}

  @Test
  void shouldHaveReplayedNothingAtFirst() {
    assertThat(new ReplayMarks(null).isReplayed("a", 0)).isFalse();
    assertThat(new ReplayMarks(new OffsetAndMetadata(0)).isReplayed("a", 0)).isFalse();
  }

  @Test
  void shouldOfferAgainWhatWasLeftUntilItIsSentOrGone() {
    ReplayMarks marks = new ReplayMarks(null);
    marks.leave(2);
    marks.leave(4);
    marks.advance(null, 6);
    marks.advance("a", 8);
    ReplayMarks next = new ReplayMarks(marks.toCommit());

    assertThat(next.offset()).isEqualTo(2);
    assertThat(next.isReplayed("a", 2)).isFalse();
    assertThat(next.isReplayed("a", 3)).isTrue();
    assertThat(next.isReplayed("b", 7)).isFalse();

    next.sent(2);
    assertThat(next.offset()).isEqualTo(4);
    assertThat(next.isReplayed("a", 2)).isTrue();

    next.forgetUnder(5);
    assertThat(new ReplayMarks(next.toCommit()).offset()).isEqualTo(6);
  }

  @Test
  void shouldLeaveNoMoreThanKafkaRemembers() {
    ReplayMarks marks = new ReplayMarks(null);
    long first = Long.MAX_VALUE - 1_000;
    for (int i = 0; i < 120; i++) {
      marks.leave(first + i);
    }

    assertThat(marks.toCommit().metadata().length()).isLessThan(3_800);
    assertThatThrownBy(() -> marks.leave(first + 120)).hasMessageContaining("images.max_bytes");
  }

  /** Compared with a plain set of the replayed letters, with a commit at each step. */
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
