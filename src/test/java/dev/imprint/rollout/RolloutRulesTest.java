package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.Rollout;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RolloutRulesTest {
  private static final String OLD = "0123456789abcdef";
  private static final String NEXT = "fedcba9876543210";

  private Models models = version(version(Models.EMPTY, "v1-a", OLD), "v2-b", NEXT);

  @Test
  void shouldLetVersionsOfBothOpenBackbonesServe() throws Exception {
    RolloutRules rules = new RolloutRules(models, new OpenBackbones(OLD, NEXT));

    assertThat(rules.promotable("v1-a").backboneId()).isEqualTo(OLD);
    assertThat(rules.promotable("v2-b").backboneId()).isEqualTo(NEXT);
  }

  @Test
  void shouldSayWhatToDoForAVersionWhoseBackboneIsNotOpen() {
    RolloutRules rules = new RolloutRules(models, new OpenBackbones(OLD, null));

    assertThatThrownBy(() -> rules.promotable("v2-b"))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "v2-b was trained on backbone fedcba987654, but the service has 0123456789ab, as its"
                + " leader last reported (or as the settings here say, if no leader has):"
                + " start it with that backbone's YAML as next_backbone (or backbone), then"
                + " try again");
  }

  @Test
  void shouldRefuseWhatServesAlreadyAndWhatIsNotThere() {
    rolledOut("v1-a", null);
    RolloutRules rules = new RolloutRules(models, new OpenBackbones(OLD, null));

    assertThatThrownBy(() -> rules.promotable("v1-a")).hasMessage("v1-a is already serving");
    assertThatThrownBy(() -> rules.promotable("v9-x"))
        .hasMessage("there is no version v9-x; existing versions: [v1-a, v2-b]");
    assertThatThrownBy(rules::previous)
        .hasMessageContaining(
            "there is no earlier one; to serve what the service starts with, if anything, set rollout.pin");
  }

  @Test
  void shouldGoBackOverAChangeOfBackbones() throws Exception {
    rolledOut("v2-b", "v1-a");

    assertThat(new RolloutRules(models, new OpenBackbones(NEXT, OLD)).previous()).isEqualTo("v1-a");
  }

  @Test
  void shouldRefuseACandidateThatWasJudgedAgainstAnotherVersion() {
    rolledOut("v2-b", "v1-a");
    RolloutRules rules = new RolloutRules(models, new OpenBackbones(OLD, NEXT));

    assertThatThrownBy(() -> rules.requireStillJudged("v1-a"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("v2-b is now serving");
  }

  private static Models version(Models models, String name, String backbone) {
    return models.with(
        name, Json.encode(Versions.record(name, backbone, new Artifact(name, 0, List.of()))));
  }

  private void rolledOut(String serving, @Nullable String previous) {
    Rollout rollout = new Rollout(serving, previous, Versions.AT, "anna", "why not");
    models = models.with(Topics.ROLLOUT_KEY, Json.encode(rollout));
  }
}
