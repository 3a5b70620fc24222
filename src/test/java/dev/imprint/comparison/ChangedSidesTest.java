package dev.imprint.comparison;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.RefusedException;
import dev.imprint.rollout.Versions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangedSidesTest {
  @Test
  void shouldNotCompareAVersionWithoutALabelThatIsStillInUse() {
    ModelVersion version =
        Versions.record("v1-x", "b", new ModelVersion.Artifact("x", 0, List.of()));
    LabelChanges retired = new LabelChanges(Map.of("label-1", "nut"), Set.of("label-0", "nut"));

    assertThatThrownBy(() -> ChangedSides.requireLabels(version, retired))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "all labels of v1-x are retired: restore one, as with imprint labels retire --undo"
                + " 'label-0'");
    assertThatCode(
            () ->
                ChangedSides.requireLabels(version, new LabelChanges(Map.of(), Set.of("label-0"))))
        .doesNotThrowAnyException();
  }
}
