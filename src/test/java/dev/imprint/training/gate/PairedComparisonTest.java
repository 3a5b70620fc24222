package dev.imprint.training.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.training.gate.Contest.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {
  private final List<Pair> all = new ArrayList<>();

  /** 56 of 1,024 outcomes of ten throws have eight heads or more. */
  @Test
  void shouldComputeTheBinomialTailExactly() {
    assertThat(PairedComparison.upperTail(10, 8)).isCloseTo(0.0546875, within(1e-12));
    assertThat(PairedComparison.upperTail(10, 0)).isEqualTo(1, within(1e-12));
    assertThat(PairedComparison.upperTail(0, 0)).isEqualTo(1);
    assertThat(PairedComparison.upperTail(1000, 540)).isCloseTo(0.0062, within(1e-4));
    assertThat(PairedComparison.upperTail(5, 6)).isZero();
  }

  @Test
  void shouldCountWhatOnlyOneOfThemGotRight() {
    pictures(50, "nut", "nut", "nut");
    pictures(7, "nut", "gear", "nut");
    pictures(2, "gear", "gear", "nut");
    pictures(3, "gear", "nut", "nut");

    PairedComparison pairs = PairedComparison.of(all);

    assertThat(List.of(pairs.size(), pairs.lost(), pairs.gained())).containsExactly(62, 7, 2);
    assertThat(pairs.chanceOfLoss(0)).isCloseTo(0.08984375, within(1e-9));
    assertThat(pairs.chanceOfLoss(0.1)).isCloseTo(0.875, within(1e-9)); // six are allowed
    assertThat(pairs.chanceOfGain()).isGreaterThan(0.9);
  }

  @Test
  void shouldTellHowFarChanceMovesMacroF1() {
    pictures(90, "nut", "nut", "nut");
    pictures(10, "gear", "nut", "gear"); // the rare label is lost altogether

    MacroF1Bootstrap f1 = MacroF1Bootstrap.difference(all, 3);

    assertThat(f1.quantile(0.99)).isLessThan(-0.4);
    assertThat(f1.quantile(0.01)).isLessThan(f1.quantile(0.99));
    assertThat(MacroF1Bootstrap.difference(all, 3).quantile(0.5)).isEqualTo(f1.quantile(0.5));
  }

  private void pictures(int count, String truth, String now, String then) {
    all.addAll(Collections.nCopies(count, new Pair(truth, now, then)));
  }
}
