package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.Json;
import dev.imprint.labels.LabelledSet;
import dev.imprint.leader.LearningWorkers.Worker;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Prediction;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.rollout.Manifest;
import dev.imprint.rollout.RelabelledVersion;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Labels are renamed, merged and retired while images and labels under the old names keep coming,
 * and the leader is killed right after each command. Each change must be made exactly once, and no
 * old name may be left in the buffer or in what serves.
 */
class LabelChangeCrashTest extends LearningCrashSteps {
  /** The steps, in order; the classes are those of {@link NumberModel}. */
  private static final List<LabelChange> CHANGES =
      List.of(
          new LabelChange(LabelChange.Kind.RENAME, List.of("class-0"), "zero"),
          new LabelChange(LabelChange.Kind.MERGE, List.of("class-1", "class-2"), "middle"),
          new LabelChange(LabelChange.Kind.RETIRE, List.of("class-3"), null),
          new LabelChange(LabelChange.Kind.RENAME, List.of("zero"), "none"));

  private static final LabelChanges AFTER =
      new LabelChanges(
          Map.of("class-0", "none", "zero", "none", "class-1", "middle", "class-2", "middle"),
          Set.of("class-3"));

  LabelChangeCrashTest() {
    super("relabel.");
  }

  @Test
  @Tag("long")
  void shouldMakeEachChangeOnceUnderLoadThoughTheLeaderIsKilled() throws Exception {
    workers.start();
    workers.start();
    load.start();
    await().atMost(Duration.ofMinutes(4)).until(() -> registry.store.models().serving() != null);

    for (LabelChange change : CHANGES) {
      changeAndKill(change);
    }
    int published = registry.store.models().nextNumber();
    await()
        .atMost(Duration.ofMinutes(4))
        .until(() -> registry.store.models().nextNumber() > published + 1);
    load.stop();
    await()
        .atMost(Duration.ofMinutes(5))
        .until(
            () ->
                observer.predictedImages() >= load.sent()
                    && observer.haveForgotten(load.forgotten().keySet())
                    && observer.quiet().toSeconds() >= 15);
    workers.close();
    observer.close();

    assertThat(registry.store.models().labelChanges())
        .returns(AFTER.names(), LabelChanges::names)
        .returns(AFTER.retired(), LabelChanges::retired);
    assertMadeOnce();
    assertNothingLeftInWhatServes();
    assertPredictions();
    assertLabels();
  }

  private void changeAndKill(LabelChange change) throws Exception {
    Worker leader = workers.awaitLeader();
    Instant now = Instant.now();
    String id = change.toString();
    Command command =
        new Command(
            id, Command.Kind.LABELS, null, change, null, false, now, now.plusSeconds(600), "test");
    try (Commands commands = Commands.open(registry.store.clients(), registry.store.topics())) {
      commands.send(command);
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_000)));
    leader.process().destroyForcibly();
    assertThat(leader.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    workers.remove(leader);
    workers.start();
    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofMillis(250))
        .until(() -> answers().stream().anyMatch(answer -> answer.command().equals(id)));
  }

  private List<Answer> answers() throws IOException {
    List<Answer> answers = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        registry.read(registry.store.topics().commands())) {
      Commands.answer(record.value())
          .filter(answer -> answer.start() == null) // not of a training that nobody commanded
          .ifPresent(answers::add);
    }
    return answers;
  }

  private void assertMadeOnce() throws IOException {
    assertThat(answers())
        .extracting(Answer::command)
        .containsExactlyElementsOf(CHANGES.stream().map(LabelChange::toString).toList());
    assertThat(answers()).extracting(Answer::state).containsOnly(Answer.State.DONE);
    List<String> made = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : registry.read(registry.store.topics().models())) {
      if (new String(record.key(), UTF_8).startsWith("v") && record.value() != null) {
        String changed =
            Json.decode(record.value(), ModelVersion.class)
                .training()
                .configuration()
                .get(RelabelledVersion.CHANGED);
        if (changed != null) {
          made.add(changed);
        }
      }
    }
    System.out.println("versions by changes of labels: " + made);
    assertThat(made)
        .containsExactlyElementsOf(CHANGES.stream().map(LabelChange::toString).toList());
  }

  private void assertNothingLeftInWhatServes() throws IOException {
    ModelVersion serving = Objects.requireNonNull(registry.store.models().serving());
    assertThat(serving.labels()).containsExactlyInAnyOrder("middle", "none");
    Map<String, String> manifest = Manifest.labels(registry.store.manifest(serving));
    System.out.printf("%s: %d examples%n", serving.version(), manifest.size());
    assertThat(manifest.values()).containsOnly("middle", "none");
    manifest.forEach((id, label) -> assertThat(said(id)).as("image %s", id).contains(label));
  }

  /** Labels that an image has had, as they are called at the end. */
  private List<String> said(String id) {
    List<LabelledLoad.Said> said = new ArrayList<>(load.accepted().getOrDefault(id, List.of()));
    LabelledLoad.Said forgotten = load.forgotten().get(id);
    if (forgotten != null) {
      said.add(forgotten);
    }
    return said.stream().map(each -> AFTER.named(each.label())).toList();
  }

  /** Once for each image, by the version that it names, under the labels of some moment. */
  private void assertPredictions() throws IOException {
    List<LabelChanges> moments = new ArrayList<>(List.of(LabelChanges.NONE));
    Set<String> known = Set.of("class-0", "class-1", "class-2", "class-3", "zero", "middle");
    for (LabelChange change : CHANGES) {
      Set<String> current = new HashSet<>(known);
      current.removeAll(moments.get(moments.size() - 1).names().keySet());
      if (change.into() != null) {
        current.remove(change.into());
      }
      moments.add(moments.get(moments.size() - 1).with(change, current, Instant.EPOCH));
    }
    Map<String, ModelVersion> versions =
        registry.store.models().versions().stream()
            .collect(toMap(ModelVersion::version, version -> version));
    Map<String, DenseHead> heads = new HashMap<>();
    Set<String> images = new HashSet<>();
    for (LearningObserver.Seen seen : observer.predictions) {
      Prediction prediction = seen.prediction();
      assertThat(images.add(prediction.imageId())).as("once").isTrue();
      ModelVersion version = versions.get(prediction.modelVersion());
      if (version == null) { // none yet, or it was deleted
        assertThat(prediction.label() == null)
            .isEqualTo(prediction.modelVersion().equals(ServingModel.NO_VERSION));
        continue;
      }
      if (!heads.containsKey(version.version())) {
        heads.put(version.version(), registry.store.head(version).head());
      }
      DenseHead head = Objects.requireNonNull(heads.get(version.version()));
      float[][] embedding = {NumberModel.embedding(Integer.parseInt(prediction.imageId()))};
      assertThat(moments.stream().map(moment -> head.under(moment).predict(embedding).get(0)))
          .contains(prediction.label());
    }
    assertThat(images).hasSize(load.sent());
  }

  /** Under the current names, the last one said for each image that was not forgotten. */
  private void assertLabels() {
    Map<String, String> expected = new HashMap<>();
    load.accepted()
        .forEach((id, said) -> expected.put(id, AFTER.named(said.get(said.size() - 1).label())));
    LabelledSet set = LabelledSet.read(registry.store.clients(), registry.store.topics(), AFTER);
    assertThat(set.labels().stream().collect(toMap(Label::imageId, Label::label)))
        .containsExactlyInAnyOrderEntriesOf(expected);
  }
}
