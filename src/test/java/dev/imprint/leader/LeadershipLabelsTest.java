package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.CommandCodec;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.Versions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** How a leader changes labels. */
class LeadershipLabelsTest extends LeadershipSteps {
  @Test
  void shouldServeTheSameWeightsUnderTheNewNameAtOnceAfterARename() throws Exception {
    String before = train(1);
    label("image-1", "label-0");

    Answer answer = change("r", rename("label-0", "nut"));

    Models models = registry.assertConsistent();
    ModelVersion serving = Objects.requireNonNull(models.serving());
    assertThat(answer.state()).as(answer.message()).isEqualTo(State.DONE);
    assertThat(answer.message())
        .isEqualTo(
            "rename 'label-0' to 'nut': 1 labelled picture; %s takes the place of %s, with the same"
                + " weights",
            serving.version(), before);
    assertThat(serving)
        .returns(before, ModelVersion::parent)
        .returns(List.of("nut", "label-1"), ModelVersion::labels);
    DenseHead head = registry.store.head(serving).head();
    assertThat(head.weights()).isEqualTo(Versions.head(1).weights());
    assertThat(new String(registry.store.manifest(serving), UTF_8))
        .isEqualTo(
            "{\"image_id\":\"image-1\",\"sha256\":\"ab\",\"label\":\"nut\"}\n"
                + "{\"image_id\":\"image-2\",\"sha256\":\"cd\",\"label\":\"label-1\"}\n");
    assertThat(models.labelChanges().of("label-0")).isEqualTo("nut");
    assertThat(retraining.changes).isEqualTo(models.labelChanges());
    assertThat(retraining.champions).as("trainings").containsExactly("none");
  }

  @Test
  void shouldChangeLabelsTogetherWithVersionAnswerAndOffsetOrNotAtAll() throws Exception {
    String before = train(1);
    leadership.close();
    AtomicBoolean fails = new AtomicBoolean();
    begin(failing(registry.producer(), fails));
    fails.set(true);
    ask("r", rename("label-0", "nut"));
    hand();

    assertThatThrownBy(() -> stepFor(1)).isInstanceOf(KafkaException.class);
    Models untouched = registry.store.models();
    leadership.close();
    begin(registry.producer());
    Answer answer = last(answers("r"));

    assertThat(untouched.labelChanges()).isEqualTo(LabelChanges.NONE);
    assertThat(untouched.rollout()).extracting(Rollout::serving).isEqualTo(before);
    assertThat(answer.state()).isEqualTo(State.DONE);
    assertThat(registry.assertConsistent().versions()).hasSize(2);
    assertThat(retraining.changes.named("label-0")).isEqualTo("nut");
  }

  @Test
  void shouldAddUpMergedLabelsAndTrainThemAnewEvenUnderTheNextLeader() throws Exception {
    train(1);
    label("image-1", "label-0");
    label("image-3", "nut"); // not learned yet

    retraining.lesson =
        () -> {
          new CountDownLatch(1).await(); // this leader may begin, but does not end
          throw new IllegalStateException("not interrupted");
        };
    ask("m", new LabelChange(LabelChange.Kind.MERGE, List.of("label-0", "nut"), "nut"));
    ask("n", rename("nut", "hex nut")); // its version is the newest then
    Answer answer = last(answers("m"));
    last(answers("n"));
    leadership.close();
    retraining.champions.clear();
    retraining.lesson = () -> Versions.candidate(1);
    begin(registry.producer());
    stepUntil(() -> retraining.champions.size() == 1);

    assertThat(answer.message()).contains("2 labelled pictures").endsWith("; a training starts");
    stepUntil(() -> registry.store.models().versions().size() == 3);
    stepFor(5);
    assertThat(retraining.champions).as("once").hasSize(1);
  }

  /** The version that serves knows none of them, so no other one records it. */
  @Test
  void shouldTrainMergedLabelsThatNoVersionHasLearnedEvenUnderTheNextLeader() throws Exception {
    train(1);
    label("image-3", "nut");
    label("image-4", "Nut");
    retraining.lesson =
        () -> {
          new CountDownLatch(1).await();
          throw new IllegalStateException("not interrupted");
        };
    Answer answer =
        change("m", new LabelChange(LabelChange.Kind.MERGE, List.of("Nut", "nut"), "nut"));
    leadership.close();
    retraining.champions.clear();
    retraining.lesson = () -> Versions.candidate(1);

    begin(registry.producer());
    stepUntil(() -> registry.store.models().versions().size() == 2);
    stepFor(5);

    assertThat(answer.message()).endsWith("; a training starts");
    assertThat(retraining.champions).as("once").hasSize(1);
  }

  @Test
  void shouldServeWithoutARetiredLabelAndWithItAgainOnceItIsRestored() throws Exception {
    String trained = train(1);
    label("image-1", "label-0");

    Answer retired =
        change("x", new LabelChange(LabelChange.Kind.RETIRE, List.of("label-0"), null));
    ModelVersion without = Objects.requireNonNull(registry.store.models().serving());
    Answer last = change("y", new LabelChange(LabelChange.Kind.RETIRE, List.of("label-1"), null));
    Answer restored =
        change("z", new LabelChange(LabelChange.Kind.RESTORE, List.of("label-0"), null));

    assertThat(retired.message())
        .contains("1 labelled picture stays, but will not be learned from");
    assertThat(without.labels()).containsExactly("label-1");
    assertThat(without.training().unlearned()).as("once restored").containsExactly("label-0");
    assertThat(new String(registry.store.manifest(without), UTF_8)).doesNotContain("label-0");
    assertThat(last.state()).isEqualTo(State.REFUSED);
    assertThat(last.message()).contains("which serves, would have no label left");
    assertThat(restored.message()).endsWith("; the next training run learns it");
    assertThat(registry.store.models().labelChanges()).isEqualTo(LabelChanges.NONE);
    assertThat(registry.store.models().version(trained)).isNotNull();
  }

  @Test
  void shouldKeepALabelOfTheHeadThatTheServiceStartedWith() throws Exception {
    Answer renamed = change("a", rename("initial-0", "nut"));
    Answer retired = change("b", new LabelChange(LabelChange.Kind.RETIRE, List.of("nut"), null));
    Answer last = change("c", new LabelChange(LabelChange.Kind.RETIRE, List.of("initial-1"), null));

    assertThat(renamed.state()).as(renamed.message()).isEqualTo(State.DONE);
    assertThat(renamed.message())
        .endsWith("; the head that the service started with follows at once");
    assertThat(retired.state()).as(retired.message()).isEqualTo(State.DONE);
    assertThat(last.state()).isEqualTo(State.REFUSED);
    assertThat(last.message())
        .isEqualTo(
            "the head that the service started with would have no label left: train a version"
                + " with others first");
  }

  @Test
  void shouldRefuseAChangeThatCannotBeMade() throws Exception {
    train(1);
    label("image-1", "label-0");

    assertThat(change("a", rename("none", "nut")).message()).contains("there is no label 'none'");
    assertThat(change("b", rename("label-0", "label-1")).message())
        .contains("to make one label of both, use 'imprint labels merge'");
    assertThat(registry.store.models().labelChanges()).isEqualTo(LabelChanges.NONE);
  }

  @Test
  void shouldNotOverwriteEarlierChangesThatItCannotRead() throws Exception {
    train(1);
    label("image-1", "label-0");
    registry.write(registry.store.topics().models(), Topics.LABELS_KEY, "?".getBytes(UTF_8));
    leadership.close();
    begin(registry.producer());

    Answer answer = change("a", rename("label-0", "nut"));

    assertThat(answer.state()).isEqualTo(State.REFUSED);
    assertThat(answer.message())
        .contains("earlier changes would be lost", "run a release that can read it");
    assertThat(registry.store.models().unreadable()).containsKey(Topics.LABELS_KEY);
  }

  private void label(String image, String label) throws Exception {
    Claim claim = new Claim("images", 0, 0, "ab");
    Label its = new Label(image, label, claim, null, "anna", Versions.AT, claim);
    registry.write(registry.store.topics().labels(), image, Json.encode(its));
  }

  private static LabelChange rename(String label, String into) {
    return new LabelChange(LabelChange.Kind.RENAME, List.of(label), into);
  }

  private Answer change(String id, LabelChange change) throws Exception {
    ask(id, change);
    return last(answers(id));
  }

  private void ask(String id, LabelChange change) throws Exception {
    Instant now = clock.instant();
    Command command =
        new Command(id, Kind.LABELS, null, change, null, false, now, now.plusSeconds(600), "anna");
    registry.write(commands.topic(), id, CommandCodec.encode(command));
  }
}
