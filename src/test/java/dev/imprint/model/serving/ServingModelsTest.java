package dev.imprint.model.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.LastLayerAlone;
import dev.imprint.model.backbone.UnaskedBackbone;
import java.util.concurrent.atomic.AtomicInteger;
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

  @Test
  void shouldCloseAVersionsOwnNetworkAfterItsLastLeaseUnlessTheNextVersionUsesIt() {
    Network network = new Network();
    models.serve(Lineup.of(network.model("v1")));
    models.serve(Lineup.of(network.model("v2")));
    assertThat(network.closed).isZero();
    Lease lease = models.borrow();

    models.serve(lineup(new NativeHead()));

    assertThat(network.closed).isZero();
    lease.close();
    assertThat(network.closed).isOne();
  }

  /** Opened for one version. */
  private static final class Network implements UnaskedBackbone {
    private int closed;

    ServingModel model(String version) {
      return new ServingModel(version, this, null);
    }

    @Override
    public String id() {
      return "b+tuned";
    }

    @Override
    public String trunkId() {
      return "b";
    }

    @Override
    public int dimension() {
      return 1;
    }

    @Override
    public void close() {
      closed++;
    }
  }

  @Test
  void shouldKeepANetworkOpenWhoseWholeTakesOverFromItsPart() {
    AtomicInteger closed = new AtomicInteger();
    Backbone network = new Extra("whole", closed);
    Backbone part = new LastLayerAlone(network, "part");
    models.serve(Lineup.of(ServingModel.withoutHead(part)));

    models.serve(Lineup.of(ServingModel.withoutHead(network)));

    assertThat(closed).hasValue(0);
    models.serve(lineup(new NativeHead()));
    assertThat(closed).hasValue(1);
  }

  /** A network that was opened for a model. */
  private record Extra(String id, AtomicInteger closed) implements UnaskedBackbone {
    @Override
    public boolean isExtra() {
      return true;
    }

    @Override
    public int dimension() {
      return 1;
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private static Lineup lineup(NativeHead head) {
    return Lineup.of(head.model());
  }
}
