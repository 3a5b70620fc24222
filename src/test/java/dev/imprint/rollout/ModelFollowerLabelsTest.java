package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.Topics;
import dev.imprint.model.CheckResult.Status;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.training.Candidate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Labels that are renamed, merged and retired while a version serves. */
class ModelFollowerLabelsTest extends ModelFollowerSteps {
  @Test
  void shouldCallLabelsWhatTheyAreCalledNowInWhateverVersionServes() throws Exception {
    ModelVersion first = publish(1, null);
    ModelFollower here = follow(null, null);
    TestRegistry.awaitServing(here, first.version());

    change(new LabelChanges(Map.of("label-0", "nut"), Set.of()));
    await().untilAsserted(() -> assertThat(labels(here)).containsExactly("nut", "label-1"));
    assertThat(serving(here).version()).isEqualTo(first.version());
    assertThat(swaps).as("no other version").isEmpty();

    change(new LabelChanges(Map.of(), Set.of("label-0")));
    await().untilAsserted(() -> assertThat(labels(here)).containsExactly("label-1"));

    registry.write(registry.store.topics().models(), Topics.LABELS_KEY, "?".getBytes(UTF_8));
    awaitCheck(here, Status.DEGRADED, "run a release that can read it");
    change(new LabelChanges(Map.of(), Set.of("label-0", "label-1")));
    awaitCheck(here, Status.DEGRADED, "all its labels are retired");
    assertThat(labels(here)).containsExactly("label-1");
  }

  @Test
  void shouldKnowWhichLabelsItsVersionCouldNotLearnByTheirPresentNames() throws Exception {
    Candidate trained = Versions.candidate(1);
    ModelVersion.Training its = trained.training();
    Candidate candidate =
        new Candidate(
            trained.head(),
            List.of(),
            new ModelVersion.Training(
                1,
                "cpu",
                0,
                its.examples(),
                Map.of(),
                null,
                null,
                List.of("bolt", "nut", "gear"),
                List.of()),
            trained.judgement(),
            trained.examples(),
            List.of(),
            List.of());
    ModelVersion version = publisher.publish(candidate, null, "test", Publisher.NOTHING_MORE);
    ModelFollower here = follow(null, null);
    TestRegistry.awaitServing(here, version.version());
    assertThat(serving(here).unlearned()).hasSize(3);

    change(new LabelChanges(Map.of("bolt", "screw", "nut", "label-1"), Set.of("gear")));

    await().untilAsserted(() -> assertThat(serving(here).unlearned()).containsExactly("screw"));
  }
}
