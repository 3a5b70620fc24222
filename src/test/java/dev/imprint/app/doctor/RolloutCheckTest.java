package dev.imprint.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.PrecisionChoice;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Findings on the rolled-out version and its backbone. */
class RolloutCheckTest extends SecuredBrokerSteps {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v2-0a1b2c3d | mine  | OK      | version v2-0a1b2c3d is rolled out, labels [bolt, nut]
          v2-0a1b2c3d | other | WARNING | it was trained on backbone mine, and other is configured
                      | mine  | WARNING | no version is rolled out and there is no head
          """)
  void shouldSayWhichVersionIsRolledOut(
      String serving, String backbone, Finding.Severity severity, String what) {
    new RolloutCheck(new TopicSetup(admin, config), findings)
        .examine(rolledOut(serving), new OpenBackbones(backbone, null));

    assertThat(whats(severity)).singleElement().asString().contains(what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mine  | other | 'imprint retrain --wait' switches to next_backbone once every instance
          other | mine  | it was trained on next_backbone, so backbone can now be set
          """)
  void shouldSayHowFarAChangeOfBackbonesIs(String current, String next, String what) {
    new RolloutCheck(new TopicSetup(admin, config), findings)
        .examine(rolledOut("v2-0a1b2c3d"), new OpenBackbones(current, next));

    assertThat(whats(OK)).singleElement().asString().contains(what);
  }

  @Test
  void shouldSayThatAVersionOfTheLastLayerGoesOnServing() {
    new RolloutCheck(new TopicSetup(admin, config), findings)
        .examine(rolledOut("v2-0a1b2c3d"), new OpenBackbones("more", null, List.of("mine")));

    assertThat(whats(OK))
        .singleElement()
        .asString()
        .endsWith("the next one learns from all layers");
  }

  @Test
  void shouldNameTheSettingsThatGoWithTheOldBackbone() {
    assertThat(lastStep(null, "head-0a1b2c3d4e5f")).endsWith("; remove rollout.pin when you do");
    assertThat(lastStep("old.head", null)).endsWith("; remove serving.head when you do");
    assertThat(lastStep("old.head", "v2-0a1b2c3d")).endsWith("; remove serving.head when you do");
    assertThat(lastStep(null, null)).endsWith("be set to that one");
  }

  /** The finding on a rolled-out version of next_backbone. */
  private String lastStep(@Nullable String head, @Nullable String pin) {
    Map<String, Object> overrides = new HashMap<>();
    overrides.put("serving.head", head);
    overrides.put("rollout.pin", pin);
    ImprintConfig changing = new ConfigReader(name -> null).read(null, overrides);
    findings.clear();
    new RolloutCheck(new TopicSetup(admin, changing), findings)
        .examine(rolledOut("v2-0a1b2c3d"), new OpenBackbones("other", "mine"));
    return whats(OK).get(0);
  }

  @Test
  void shouldSayWhichPrecisionTheLeaderChose() {
    PrecisionChoice chosen =
        new PrecisionChoice("mine", "bf16", "1.6 times as fast", Instant.EPOCH);
    Models models = rolledOut("v2-0a1b2c3d").with(Topics.PRECISION_KEY, Json.encode(chosen));
    RolloutCheck check = new RolloutCheck(new TopicSetup(admin, config), findings);

    check.examine(models, new OpenBackbones("mine", null));

    assertThat(whats(OK).get(0))
        .isEqualTo(
            "precision bf16, chosen by the leader at 1970-01-01T00:00:00Z: 1.6 times as fast");
    findings.clear();
    check.examine(models, new OpenBackbones("other", null));
    assertThat(whats(OK)).as("of another backbone").isEmpty();
  }

  private static Models rolledOut(@Nullable String serving) {
    Metrics metrics = new Metrics(2, 1, 1, 1, 1, List.of(), List.of());
    var weights = new ModelVersion.Artifact("00", 1, List.of());
    ModelVersion version =
        new ModelVersion(
            "v2-0a1b2c3d",
            null,
            Instant.EPOCH,
            "mine",
            List.of("bolt", "nut"),
            weights,
            weights,
            new ModelVersion.Training(1, "cpu", 1, Map.of(), Map.of()),
            new ModelVersion.Judgement(true, "promoted", metrics, null, null));
    Rollout rollout =
        serving == null ? null : new Rollout(serving, null, Instant.EPOCH, "test", "test");

    return new Models(List.of(version), rollout, null, LabelChanges.NONE, null, Map.of());
  }
}
