package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.Sha256;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.training.selection.Split;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingConfigTest {
  private static final int PICTURES = 20_000;

  @Test
  void shouldAskForNothingOrEverythingAtTheEnds() {
    assertThat(asked(0)).isEmpty();
    assertThat(asked(1)).hasSize(PICTURES);
  }

  @Test
  void shouldAskForItsShareInWhateverSplit() {
    List<Integer> asked = asked(0.1);

    assertThat(asked).hasSizeBetween(1_850, 2_150); // 3.5 standard deviations
    assertThat(asked.stream().filter(i -> Split.of(null, sha256(i)) == Split.HOLDOUT).count())
        .isBetween(310L, 490L);
  }

  @Test
  void shouldAskForTheSameAndMoreWithALargerShare() {
    assertThat(asked(0.2)).containsAll(asked(0.1));
  }

  /** Restarts, replays, other instances and later releases agree on it. */
  @Test
  void shouldDependOnIdAndPictureAlone() {
    SamplingConfig half = new SamplingConfig(0.5);

    assertThat(IntStream.range(0, 12).mapToObj(i -> half.asks("belt-" + i, sha256(0))))
        .containsExactly(
            false, false, false, true, false, false, false, false, false, true, false, true);
    assertThat(IntStream.range(0, 12).mapToObj(i -> half.asks("belt-0", sha256(i))))
        .containsExactly(
            false, true, true, true, false, false, true, true, false, false, true, true);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void shouldRefuseWhatIsNoShare(double random) {
    assertThatThrownBy(() -> new SamplingConfig(random))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("sampling.random")
        .hasMessageContaining("0.01");
  }

  private static List<Integer> asked(double share) {
    SamplingConfig sampling = new SamplingConfig(share);
    return IntStream.range(0, PICTURES)
        .filter(i -> sampling.asks("belt-" + i, sha256(i)))
        .boxed()
        .toList();
  }

  private static String sha256(int picture) {
    return Sha256.hex(Integer.toString(picture).getBytes(UTF_8));
  }
}
