package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Feedback;
import dev.imprint.model.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InspectorTest {
  private static final Instant AT = Instant.parse("2026-11-24T08:00:00Z");
  private static final Duration DELAY = Duration.ofMillis(100);
  private static final long ALL_DUE = DELAY.toNanos() * 3 / 2;
  private static final List<String> IDS =
      IntStream.range(0, 1000).mapToObj(i -> "belt-" + i).toList();

  private static Inspector inspector(double share, long seed) {
    return new Inspector(new InspectorSettings(share, DELAY, seed), () -> AT);
  }

  private static List<String> labelled(Inspector inspector, List<String> ids) {
    ids.forEach(id -> inspector.sees(id, "nut", 0));
    return inspector.says(ALL_DUE).stream().map(Feedback::imageId).sorted().toList();
  }

  @Test
  void shouldSayTheTruthUnderThePicturesId() {
    Inspector inspector = inspector(1, 7);
    inspector.sees("belt-1", "gear", 0);

    List<Feedback> said = inspector.says(ALL_DUE);

    assertThat(said)
        .containsExactly(new Feedback("belt-1", "gear", null, null, "inspector", Why.RANDOM, AT));
    assertThat(inspector.said()).isEqualTo(1);
  }

  @Test
  void shouldNeedAMomentAndSayEachThingOnce() {
    Inspector inspector = inspector(1, 7);
    IDS.forEach(id -> inspector.sees(id, "nut", 0));

    assertThat(inspector.says(DELAY.toNanos() / 2 - 1)).isEmpty();
    int early = inspector.says(DELAY.toNanos()).size();
    int late = inspector.says(ALL_DUE).size();

    assertThat(early).isBetween(400, 600);
    assertThat(early + late).isEqualTo(IDS.size());
    assertThat(inspector.says(Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void shouldLabelAboutItsShare() {
    assertThat(labelled(inspector(0.5, 7), IDS)).hasSizeBetween(450, 550);
    assertThat(labelled(inspector(0, 7), IDS)).isEmpty();
  }

  @Test
  void shouldPickTheSamePicturesInWhateverOrderTheyCome() {
    List<String> shuffled = new ArrayList<>(IDS);
    Collections.shuffle(shuffled, new Random(1));

    List<String> picked = labelled(inspector(0.5, 7), IDS);

    assertThat(labelled(inspector(0.5, 7), shuffled)).isEqualTo(picked);
    assertThat(labelled(inspector(0.5, 8), IDS)).isNotEqualTo(picked);
  }
}
