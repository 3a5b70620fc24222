package dev.imprint.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.event.RecordReader.OffsetRange;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PositionSampleTest {
  @Test
  void shouldDrawEvenlyFromAllPartitions() {
    Set<Position> drawn = new PositionSample(1_000).of(topic(0, 30_000, 10_000));

    assertThat(drawn).hasSize(1_000);
    assertThat(drawn.stream().filter(at -> at.partition() == 1).count())
        .isCloseTo(250, within(45L));
    assertThat(drawn.stream().filter(at -> at.offset() < 5_000).count())
        .isCloseTo(250, within(45L));
  }

  @Test
  void shouldDrawTheSameAfterARestart() {
    PositionSample running = new PositionSample(100);
    running.of(topic(0, 500, 0));
    running.of(topic(0, 20_000, 70));
    running.of(topic(9_000, 25_000, 70));

    assertThat(running.of(topic(9_000, 25_000, 3_000)))
        .isEqualTo(new PositionSample(100).of(topic(9_000, 25_000, 3_000)));
  }

  @Test
  void shouldChangeByFewAsImagesArrive() {
    PositionSample sample = new PositionSample(1_000);
    Set<Position> before = sample.of(topic(0, 20_000, 20_000));

    Set<Position> after = new HashSet<>(sample.of(topic(0, 21_000, 21_000)));

    after.retainAll(before);
    assertThat(after.size()).isBetween(920, 980);
  }

  @Test
  void shouldDropWhatRetentionHasDeleted() {
    PositionSample sample = new PositionSample(50);
    sample.of(topic(0, 100, 0));

    assertThat(sample.of(topic(90, 100, 0))).allMatch(at -> at.offset() >= 90);
    assertThat(sample.of(topic(90, 300, 0))).hasSize(50);
  }

  @Test
  void shouldBeEmptyIfNoneIsWanted() {
    assertThat(new PositionSample(0).of(topic(0, 100, 100))).isEmpty();
  }

  private static Map<Integer, OffsetRange> topic(long from, long first, long second) {
    return Map.of(0, new OffsetRange(from, first), 1, new OffsetRange(0, second));
  }
}
