package dev.imprint.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServingModelsTest {
  private final ServingModels models = new ServingModels();

  @Test
  void shouldCloseAReplacedHeadAfterItsLastLease() {
    NativeHead first = new NativeHead();
    NativeHead second = new NativeHead();
    models.serve(lineup(first));
    Lease one = models.borrow();
    Lease two = models.borrow();

    models.serve(lineup(second));

    one.close();
    one.close(); // counts once
    assertThat(first.closed).isZero();
    two.close();
    assertThat(first.closed).isOne();
    assertThat(second.closed).isZero();
    models.close();
    assertThat(second.closed).isOne();
    assertThatThrownBy(models::borrow).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldLendTheModelThatAnswersForAWholeBatch() {
    models.serve(lineup(new NativeHead()));

    try (Lease lease = models.borrow()) {
      ServingModel before = lease.serving();
      models.serve(lineup(new NativeHead()));

      assertThat(lease.serving()).isSameAs(before);
    }
  }

  @Test
  void shouldCloseWhatComesAfterItsOwnEnd() {
    models.close();
    NativeHead late = new NativeHead();

    models.serve(lineup(late));

    assertThat(late.closed).isOne();
    assertThatThrownBy(models::borrow).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldLendTheChallengerToo() {
    NativeHead challenger = new NativeHead();
    models.serve(new Lineup(new NativeHead().model(), challenger.model()));

    try (Lease lease = models.borrow()) {
      models.serve(lineup(new NativeHead()));

      assertThat(lease.lineup().challenger()).isEqualTo(challenger.model());
      assertThat(challenger.closed).isZero();
    }
    assertThat(challenger.closed).isOne();
  }

  @Test
  void shouldKeepAChallengerOpenThatTakesOver() {
    NativeHead serving = new NativeHead();
    NativeHead challenger = new NativeHead();
    models.serve(new Lineup(serving.model(), challenger.model()));

    models.serve(lineup(challenger));

    assertThat(serving.closed).isOne();
    assertThat(challenger.closed).isZero();
    models.serve(lineup(new NativeHead()));
    assertThat(challenger.closed).isOne();
  }

  private static Lineup lineup(NativeHead head) {
    return Lineup.of(head.model());
  }
}
