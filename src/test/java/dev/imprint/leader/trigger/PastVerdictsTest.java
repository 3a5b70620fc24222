package dev.imprint.leader.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.model.ModelVersion.TunedNetwork;
import dev.imprint.model.Rollout;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.RelabelledVersion;
import dev.imprint.rollout.Versions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PastVerdictsTest {
  private static final Artifact NOWHERE = new Artifact("ff", 1, List.of());
  private static final boolean PROMOTED = true;
  private static final boolean REFUSED = false;

  private final List<ModelVersion> versions = new ArrayList<>();
  private Instant at = Versions.AT;
  private @Nullable Rollout rollout;

  @Test
  void shouldTellHowMuchEachHeadGainedSinceTheLastFineTuning() {
    head(0.5, null, PROMOTED);
    assertThat(verdicts().headGains()).containsExactly(Double.POSITIVE_INFINITY);
    network(PROMOTED, TrainingStart.COMMAND);
    head(0.8, 0.7, PROMOTED);
    head(0.9, 0.8, REFUSED);
    head(0.81, 0.8, PROMOTED);
    relabelled();

    List<Double> gains = verdicts().headGains();

    assertThat(gains).hasSize(3);
    assertThat(gains.get(0)).isEqualTo(0.01, Offset.offset(1e-9));
    assertThat(gains.get(1)).as("whatever a refused one would have gained").isZero();
    assertThat(gains.get(2)).isEqualTo(0.1, Offset.offset(1e-9));
  }

  @Test
  void shouldCountRefusedFineTuningsApartFromRefusedHeads() {
    network(REFUSED, TrainingStart.STALLED_HEADS);
    head(0.5, 0.6, REFUSED);
    network(REFUSED, TrainingStart.STALLED_HEADS);
    head(0.5, 0.6, REFUSED);

    assertThat(verdicts().fruitless()).isEqualTo(2);
    assertThat(verdicts().refusedFineTunings()).isEqualTo(2);
    head(0.7, 0.6, PROMOTED);
    assertThat(verdicts().fruitless()).isZero();
    assertThat(verdicts().refusedFineTunings()).as("no head changes that").isEqualTo(2);
  }

  @Test
  void shouldCountAnewOnceAFineTuningIsPromotedOrCommanded() {
    network(REFUSED, TrainingStart.STALLED_HEADS);
    network(PROMOTED, TrainingStart.STALLED_HEADS);
    assertThat(verdicts().refusedFineTunings()).isZero();
    network(REFUSED, TrainingStart.STALLED_HEADS);
    assertThat(verdicts().refusedFineTunings()).isOne();
    network(REFUSED, TrainingStart.COMMAND);
    assertThat(verdicts().refusedFineTunings()).isZero();
  }

  @Test
  void shouldCountRefusedTrainingsWhateverLabelsAreCalledMeanwhile() {
    head(0.5, null, PROMOTED);
    at = Versions.AT.plusSeconds(60);
    head(0.5, 0.6, REFUSED);
    relabelled();
    Rollout renamed = new Rollout("v3-x", null, Versions.AT, "anna", "renamed");
    rollout = renamed;
    head(0.5, 0.6, REFUSED, TrainingStart.TIME);

    assertThat(verdicts().fruitless()).isEqualTo(2);
    rollout = new Rollout("v1-x", "v3-x", at, "anna", "back");
    assertThat(verdicts().fruitless()).isZero();
    rollout = renamed;
    head(0.5, 0.6, REFUSED, TrainingStart.COMMAND);
    assertThat(verdicts().fruitless()).isZero();
  }

  @Test
  void shouldTellWhenTheLastTrainingBegan() {
    assertThat(verdicts().lastTraining()).isNull();
    head(0.5, null, PROMOTED);
    Instant first = verdicts().lastTraining();
    at = Versions.AT.plusSeconds(60);
    relabelled();

    assertThat(first).isEqualTo(RelabelledVersion.trainedAt(versions.get(0)));
    assertThat(verdicts().lastTraining()).as("no change of labels is one").isEqualTo(first);
  }

  private PastVerdicts verdicts() {
    return PastVerdicts.of(
        new Models(
            versions, rollout, null, Models.EMPTY.labelChanges(), null, Models.EMPTY.unreadable()));
  }

  private void head(double f1, @Nullable Double champion, boolean promoted) {
    head(f1, champion, promoted, TrainingStart.LABELS);
  }

  private void head(double f1, @Nullable Double champion, boolean promoted, TrainingStart start) {
    Judgement judgement =
        new Judgement(promoted, "", metrics(f1), champion == null ? null : metrics(champion), null);
    add(training(start, Map.of()), judgement, null);
  }

  private void network(boolean promoted, TrainingStart start) {
    Judgement judgement = new Judgement(promoted, "", metrics(0.7), metrics(0.6), null);
    add(training(start, Map.of()), judgement, new TunedNetwork("trunk", NOWHERE, 1, "top"));
  }

  /** Of the last one. */
  private void relabelled() {
    ModelVersion last = versions.get(versions.size() - 1);
    Map<String, String> configuration = Map.of(RelabelledVersion.CHANGED, "rename");
    add(training(TrainingStart.LABELS, configuration), last.judgement(), last.network());
  }

  private void add(Training training, Judgement judgement, @Nullable TunedNetwork network) {
    versions.add(
        new ModelVersion(
            "v%d-x".formatted(versions.size() + 1),
            null,
            at,
            Versions.BACKBONE,
            List.of("gear", "nut"),
            NOWHERE,
            NOWHERE,
            training,
            judgement,
            network));
  }

  private static Training training(TrainingStart start, Map<String, String> configuration) {
    return new Training(1, "cpu", 1, Map.of(), configuration).startedBy(start);
  }

  private static Metrics metrics(double f1) {
    return new Metrics(100, f1, f1, f1, f1, List.of(), List.of());
  }
}
