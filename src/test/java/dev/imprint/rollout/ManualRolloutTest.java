package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.ModelVersion;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** Decisions by hand, beside a leader and without one. */
class ManualRolloutTest extends PublisherSteps {
  @Test
  void shouldRollBackWithoutALeader() throws Exception {
    ModelVersion first = publish(1, null);
    publish(2, first.version());
    close();

    rollback();

    assertThat(registry.assertConsistent().serving()).isEqualTo(first);
  }

  @Test
  void shouldFenceALeaderByARollbackAndLetItBeginAnew() throws Exception {
    ModelVersion first = publish(1, null);
    ModelVersion second = publish(2, first.version());

    rollback();

    assertThatThrownBy(() -> publish(3, second.version())).isInstanceOf(KafkaException.class);
    assertThat(registry.assertConsistent().serving()).isEqualTo(first);
    reopen(20);
    assertThat(publisher.models().serving()).isEqualTo(first);
    publish(3, first.version());
    assertThat(registry.assertConsistent().serving()).isNotNull();
  }

  @Test
  void shouldLeaveALeaderAloneWhereADecisionByHandIsRefused() throws Exception {
    ModelVersion first = publish(1, null);
    ManualRollout manualRollout =
        new ManualRollout(registry.store, registry.applicationId, () -> Versions.OPEN);
    String incomplete = "v2-incomplete";
    registry.write(
        Versions.record(
            incomplete,
            Versions.BACKBONE,
            new ModelVersion.Artifact("ab", 9, List.of(new ModelVersion.Chunk(0, 0)))));

    assertThatThrownBy(() -> manualRollout.promote("v9-mistyped", "anna", "why"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("there is no version v9-mistyped");
    assertThatThrownBy(() -> manualRollout.promote(first.version(), "anna", "why"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is already serving");
    assertThatThrownBy(() -> manualRollout.promote(incomplete, "anna", "why"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("cannot serve");
    assertThatThrownBy(() -> manualRollout.rollback("anna", "why"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("there is no earlier one");

    ModelVersion next = publish(2, first.version()); // by the previous leader
    assertThat(registry.store.models().serving()).isEqualTo(next);
  }

  /** The decider's settings may differ from the service's. */
  @Test
  void shouldCheckManualDecisionsAgainstTheLeadersBackbones() throws Exception {
    ModelVersion first = publish(1, null);
    ModelVersion second = publish(2, first.version());
    OpenBackbones mine = new OpenBackbones("mine", null);
    ManualRollout manualRollout =
        new ManualRollout(registry.store, registry.applicationId, () -> mine);
    assertThatThrownBy(() -> manualRollout.rollback("anna", "worse"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the service has mine");
    publisher.announce();

    new ManualRollout(
            registry.store,
            registry.applicationId,
            () -> {
              throw new AssertionError("a leader has said it: no file of a backbone is needed");
            })
        .rollback("anna", "worse");

    assertThat(registry.assertConsistent().serving()).isEqualTo(first);
    assertThat(registry.store.models().backbones()).isEqualTo(Versions.OPEN);
    assertThat(second.backboneId()).isEqualTo(Versions.BACKBONE);
  }

  private void rollback() throws RefusedException {
    new ManualRollout(registry.store, registry.applicationId, () -> Versions.OPEN)
        .rollback("anna", "it was worse");
  }
}
