package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.labels.LabelledSet;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.Relabelling;
import dev.imprint.rollout.Versions;
import dev.imprint.rollout.Versions.LayeredBackbone;
import dev.imprint.runs.RecordedEvents;
import dev.imprint.runs.RunsConfig;
import dev.imprint.runs.TrainingRuns;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.training.Candidate;
import dev.imprint.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.Event;

/** Which examples of the buffer a training run uses, and when one is worth it. */
class BufferRetrainingTest extends BufferRetrainingSteps {
  @Test
  void shouldChangeTheBackboneOnCommandAlone() {
    ModelVersion ofA = Versions.record("v1-a", A.id(), NOWHERE);
    ModelVersion ofB = Versions.record("v2-b", B.id(), NOWHERE);
    BufferRetraining one = learning(Backbones.of(A), null);
    BufferRetraining both = learning(new Backbones(A, B), null);

    assertThat(one.changesBackbone(null)).as("nothing to change to").isFalse();
    assertThat(one.changesBackbone(ofA)).isFalse();
    assertThat(one.changesBackbone(ofB)).as("back to A").isTrue();
    assertThat(both.changesBackbone(null)).as("not every instance may have B open").isTrue();
    assertThat(both.changesBackbone(ofA)).isTrue();
    assertThat(both.changesBackbone(ofB)).as("changed already").isFalse();
  }

  @Test
  void shouldLearnFromMoreLayersWithoutACommand() {
    LayeredBackbone more = new LayeredBackbone("more", "0a".repeat(32));
    ModelVersion ofLast = Versions.record("v1-a", "0a".repeat(32), NOWHERE);

    assertThat(learning(Backbones.of(more), null).changesBackbone(ofLast)).isFalse();
  }

  @Test
  void shouldCountWhatThereIsToLearnAndWhetherItIsEnoughForAHead() throws Exception {
    Topics topics = registry.store.topics();
    try (BufferRetraining learning = learning(Backbones.of(new NumberModel()), null)) {
      buffer.start();
      int number = 0;
      for (Trigger.Labels expected :
          List.of(new Trigger.Labels(1, 0, false), new Trigger.Labels(6, 0, true))) {
        while (number < expected.unlearned()) {
          label(topics, number, number % 2 == 0 ? "nut" : "gear");
          number++;
        }
        await().until(() -> learning.labels().equals(expected));
      }

      Candidate first = learning.train(null, false, progress::add);
      learning.learned(true, false);

      assertThat(first.examples()).hasSize(6);
      assertThat(learning.labels()).isEqualTo(new Trigger.Labels(0, 6, true));
      assertThat(learning.labelsNewToTheNetwork()).isEqualTo(6);
      assertThat(learning.initialLabels()).isEmpty();
      learning.learned(true, true);
      assertThat(learning.labelsNewToTheNetwork()).isZero();
    }
  }

  @Test
  void shouldTrainTheSameExamplesAgainOnlyIfAnotherHeadWouldComeOfIt() throws Exception {
    Topics topics = registry.store.topics();
    try (BufferRetraining learning = learning(Backbones.of(new NumberModel()), null);
        Producer<byte[], byte[]> producer = registry.producer();
        Publisher publisher = registry.publisher(producer, new NumberModel().id())) {
      buffer.start();
      for (int number = 0; number < 9; number++) {
        label(topics, number, List.of("nut", "gear", "axle").get(number % 3));
      }
      await().until(() -> learning.labels().unlearned() == 9);
      publisher.publish(
          learning.train(null, false, progress::add), null, "test", Publisher.NOTHING_MORE);

      assertThatThrownBy(() -> learning.train(null, false, progress::add))
          .isInstanceOf(NothingNewException.class);
      relabel(publisher, learning, LabelChange.Kind.RENAME, "nut", "hex nut");
      assertThatThrownBy(() -> learning.train(null, false, progress::add))
          .isInstanceOfSatisfying(
              NothingNewException.class,
              same -> assertThat(same.version()).isEqualTo(serving(publisher).version()));
      relabel(publisher, learning, LabelChange.Kind.MERGE, "hex nut", "gear");
      Candidate merged = learning.train(null, false, progress::add);
      assertThat(merged.head().labels()).containsExactlyInAnyOrder("gear", "axle");
      publisher.publish(merged, serving(publisher).version(), "test", Publisher.NOTHING_MORE);
      assertThatThrownBy(() -> learning.train(null, false, progress::add))
          .isInstanceOf(NothingNewException.class);
    }
  }

  @Test
  void shouldTrainTheSameExamplesAgainOnceALabelHasBeenRetired() throws Exception {
    Topics topics = registry.store.topics();
    try (BufferRetraining learning = learning(Backbones.of(new NumberModel()), null);
        Producer<byte[], byte[]> producer = registry.producer();
        Publisher publisher = registry.publisher(producer, new NumberModel().id())) {
      buffer.start();
      for (int number = 0; number < 9; number++) {
        label(topics, number, List.of("nut", "gear", "axle").get(number % 3));
      }
      await().until(() -> learning.labels().unlearned() == 9);
      publisher.publish(
          learning.train(null, false, progress::add), null, "test", Publisher.NOTHING_MORE);

      relabel(publisher, learning, LabelChange.Kind.RETIRE, "nut", null);
      Candidate without = learning.train(null, false, progress::add);
      relabel(publisher, learning, LabelChange.Kind.RESTORE, "nut", null);
      Candidate with = learning.train(null, false, progress::add);

      assertThat(without.head().labels()).containsExactlyInAnyOrder("gear", "axle");
      assertThat(with.head().labels()).containsExactlyInAnyOrder("nut", "gear", "axle");
    }
  }

  private void relabel(
      Publisher publisher,
      BufferRetraining learning,
      LabelChange.Kind kind,
      String label,
      @Nullable String into)
      throws Exception {
    LabelChange change = new LabelChange(kind, List.of(label), into);
    Models models = publisher.models();
    LabelledSet set =
        LabelledSet.read(registry.store.clients(), registry.store.topics(), models.labelChanges());
    Relabelling relabelling = Relabelling.of(change, models, set, List.of(), Versions.AT);
    publisher.relabel(relabelling, "test", (producer, version) -> {});
    learning.relabel(relabelling.after());
  }

  private static ModelVersion serving(Publisher publisher) {
    return Objects.requireNonNull(publisher.models().serving());
  }

  @Test
  void shouldShowNoEpochOnceATrainingHasFailed() throws Exception {
    Topics topics = registry.store.topics();
    List<@Nullable Epoch> epochs = new ArrayList<>();
    metrics = new FailingAtEpochs(epochs);
    try (BufferRetraining learning = learning(Backbones.of(new NumberModel()), null)) {
      buffer.start();
      for (int number = 0; number < 6; number++) {
        label(topics, number, number % 2 == 0 ? "nut" : "gear");
      }
      await().until(() -> learning.labels().enough());

      assertThatThrownBy(() -> learning.train(null, false, progress::add))
          .hasMessage("the device is lost");
    }
    assertThat(epochs).hasSize(2).last().isNull();
  }

  private record FailingAtEpochs(List<@Nullable Epoch> epochs) implements LearningMetrics {
    @Override
    public void epoch(@Nullable Epoch epoch) {
      epochs.add(epoch);
      if (epoch != null) {
        throw new IllegalStateException("the device is lost");
      }
    }

    @Override
    public void trained(RunEnd outcome, Duration time) {}

    @Override
    public void judged(@Nullable Judgement judgement) {}

    @Override
    public void commandRejected() {}
  }

  @Test
  void shouldShowTheViewsAndTheMistakesOfATrainingUntilAPictureIsForgotten() throws Exception {
    Topics topics = registry.store.topics();
    TrainingConfig withViews =
        TrainingConfig.DEFAULTS.withAugmentation(Augmentation.DEFAULTS.withViews(2));
    runs = new TrainingRuns(embeddings.resolve("runs"), new RunsConfig(1), Clock.systemUTC());
    try (BufferRetraining learning = learning(Backbones.of(new NumberModel()), null, withViews)) {
      buffer.start();
      for (int number = 0; number < 12; number++) { // of random labels, so some answers are wrong
        label(topics, number, number % 2 == 0 ? "nut" : "gear");
      }

      Candidate candidate = learning.train(null, false, progress::add);

      assertThat(progress).contains("embedding 24 views (training.augmentation)");
      assertThat(candidate.training().examples()).containsEntry("views", 24);
      assertThat(candidate.mistakes()).isNotEmpty();
      assertThat(tags(sheets().get(0))).containsExactly("views", "mistakes");
      registry.write(topics.labels(), "image-3", null);
      registry.write(topics.pictures(), "image-3", null);
      await().until(() -> sheets().isEmpty());
    }
  }

  private List<Path> sheets() throws IOException {
    try (Stream<Path> files = Files.walk(embeddings.resolve("runs"))) {
      return files.filter(file -> file.toString().endsWith(".pictures")).toList();
    }
  }

  private static List<String> tags(Path events) throws IOException {
    return RecordedEvents.in(events).stream()
        .filter(Event::hasSummary)
        .map(event -> event.getSummary().getValue(0).getTag())
        .toList();
  }

  private void label(Topics topics, int number, String label) throws Exception {
    String id = "image-" + number;
    byte[] image = NumberModel.image(number);
    Claim claim = new Claim(topics.images(), 0, number, Sha256.hex(image));
    registry.write(topics.pictures(), id, image);
    Label its = new Label(id, label, claim, null, "anna", Versions.AT, claim);
    registry.write(topics.labels(), id, Json.encode(its));
  }
}
