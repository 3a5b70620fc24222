package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.leader.LabelledLoad.Said;
import dev.imprint.leader.LearningObserver.Stored;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rollout;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.Score;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.rollout.Manifest;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.rollout.Versions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Compares everything that came out with everything that went in, by id. */
record LearningCheck(LabelledLoad load, LearningObserver observer, TestRegistry registry) {

  void assertAll(Path scratch) throws Exception {
    assertThat(observer.deadLetters).isEmpty();
    assertNoImageLostOrDoubled();
    Map<String, DenseHead> heads = wholeHeadsOfAllRollouts();
    assertPredictedByTheVersionsThatTheyName(heads);
    assertOutcomes();
    assertLabelsAndPictures();
    assertBuffer(scratch);
  }

  private void assertNoImageLostOrDoubled() {
    Map<String, Long> counts =
        observer.predictions.stream()
            .collect(groupingBy(seen -> seen.prediction().imageId(), counting()));
    System.out.printf(
        "%d images sent, %d predicted, %d duplicated; labels for %d, taken back for %d%n",
        load.sent(),
        counts.size(),
        counts.values().stream().filter(count -> count > 1).count(),
        load.accepted().size(),
        load.forgotten().size());
    assertThat(counts)
        .containsOnlyKeys(
            IntStream.range(0, load.sent()).mapToObj(Integer::toString).toArray(String[]::new));
    assertThat(counts.values()).containsOnly(1L);
  }

  /** Each version was complete when rolled out, and replaced the previous one. */
  private Map<String, DenseHead> wholeHeadsOfAllRollouts() throws IOException {
    Map<String, DenseHead> heads = new HashMap<>();
    Models models = Models.EMPTY;
    String before = null;
    for (ConsumerRecord<byte[], byte[]> record : modelsTopic()) {
      String key = new String(record.key(), UTF_8);
      models = models.with(key, record.value());
      assertThat(models.unreadable()).isEmpty();
      Rollout rollout = models.rollout();
      if (key.equals(Topics.ROLLOUT_KEY) && rollout != null) {
        ModelVersion version = models.serving();
        assertThat(version).as(rollout.toString()).isNotNull();
        assertThat(rollout.previous()).isEqualTo(before);
        assertThat(version.parent()).isEqualTo(before);
        HeadFile file = registry.store.head(version);
        assertThat(Versions.belongs(version.version(), file)).isTrue();
        assertThat(heads.put(version.version(), file.head())).as("rolled out once").isNull();
        assertManifest(version);
        before = version.version();
      }
    }
    System.out.printf("%d versions were rolled out, each of them whole%n", heads.size());
    return heads;
  }

  private void assertManifest(ModelVersion version) throws IOException {
    byte[] manifest = registry.store.manifest(version);
    // Some versions have also learned from pictures without labels, which their manifests list.
    assertThat(new String(manifest, UTF_8).lines().map(LearningCheck::imageId))
        .doesNotHaveDuplicates();
    Map<String, String> labels = Manifest.labels(manifest);
    assertThat(labels).isNotEmpty();
    labels.forEach(
        (id, label) ->
            assertThat(said(id)).as("image %s", id).extracting(Said::label).contains(label));
  }

  private static String imageId(String line) {
    try {
      return Json.decode(line.getBytes(UTF_8), JsonNode.class).path("image_id").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Said> said(String id) {
    Said forgotten = load.forgotten().get(id);
    return forgotten == null ? load.accepted().getOrDefault(id, List.of()) : List.of(forgotten);
  }

  private List<ConsumerRecord<byte[], byte[]>> modelsTopic() {
    TopicPartition partition = new TopicPartition(registry.store.topics().models(), 0);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer =
        registry.store.clients().consumer(Map.of("auto.offset.reset", "earliest"))) {
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  private void assertPredictedByTheVersionsThatTheyName(Map<String, DenseHead> heads) {
    Set<String> named = new HashSet<>();
    for (LearningObserver.Seen seen : observer.predictions) {
      Prediction prediction = seen.prediction();
      String version = prediction.modelVersion();
      Score best = null;
      if (!version.equals(ServingModel.NO_VERSION)) {
        DenseHead head = heads.get(version);
        assertThat(head).as("version %s was rolled out", version).isNotNull();
        float[] embedding = NumberModel.embedding(Integer.parseInt(prediction.imageId()));
        best = head.top(head.probabilities(new float[][] {embedding})[0], 1).get(0);
      }
      assertThat(prediction.label()).isEqualTo(best == null ? null : best.label());
      assertThat(prediction.confidence()).isEqualTo(best == null ? 0 : best.confidence());
      named.add(version);
    }
    System.out.printf(
        "%d predictions computed again with the %d versions that they name: all the same%n",
        observer.predictions.size(), named.size());
    assertThat(named).hasSizeGreaterThan(2);
  }

  private void assertOutcomes() {
    Map<String, Prediction> predictions =
        observer.predictions.stream()
            .map(LearningObserver.Seen::prediction)
            .collect(toMap(Prediction::imageId, Function.identity()));
    Map<String, String> actual = new HashMap<>();
    for (Outcome outcome : observer.outcomes) {
      String who = String.valueOf(outcome.who());
      assertThat(actual.put(who, String.valueOf(outcome.actual()))).as("once: %s", who).isNull();
      Prediction prediction = predictions.get(outcome.imageId());
      assertThat(prediction).isNotNull();
      assertThat(outcome.predicted()).isEqualTo(prediction.label());
      assertThat(outcome.modelVersion()).isEqualTo(prediction.modelVersion());
    }
    // Whether there is one depends on whether the image arrived before it was forgotten.
    load.forgotten().values().forEach(said -> actual.remove(said.who()));
    Map<String, String> expected = new HashMap<>();
    load.accepted().values().forEach(all -> all.forEach(s -> expected.put(s.who(), s.label())));
    System.out.printf("%d labels, %d outcomes of them%n", expected.size(), actual.size());
    assertThat(actual).containsExactlyInAnyOrderEntriesOf(expected);
  }

  private void assertLabelsAndPictures() {
    Set<String> ids = new HashSet<>(load.accepted().keySet());
    ids.addAll(load.forgotten().keySet());
    assertThat(observer.labels).containsOnlyKeys(ids);
    assertThat(observer.pictures).containsOnlyKeys(ids);
    Map<String, Claim> claims =
        observer.predictions.stream()
            .map(LearningObserver.Seen::prediction)
            .collect(toMap(Prediction::imageId, Prediction::claim));
    for (String id : ids) {
      List<Stored<Label>> labels = observer.labels.getOrDefault(id, List.of());
      List<Stored<String>> pictures = observer.pictures.getOrDefault(id, List.of());
      assertThat(labels)
          .extracting(Stored::partition)
          .as("labels of %s", id)
          .containsOnly(at(labels));
      assertThat(pictures).extracting(Stored::partition).containsOnly(at(pictures));
      Label label = labels.get(labels.size() - 1).value();
      String picture = pictures.get(pictures.size() - 1).value();
      List<Said> said = load.accepted().get(id);
      if (said == null) {
        assertThat(label).isNull();
        assertThat(picture).isNull();
        continue;
      }
      Said last = said.get(said.size() - 1);
      assertThat(label).as("label of %s", id).isNotNull();
      assertThat(said(labels.get(labels.size() - 1))).isEqualTo(last);
      assertThat(label.claim()).isEqualTo(claims.get(id));
      assertThat(picture).isEqualTo(id);
      assertThat(label.claim().sha256()).isEqualTo(Sha256.hex(id.getBytes(UTF_8)));
      // Each once and in order; one that was still waiting when the next arrived is not learned.
      assertThat(said).containsSubsequence(labels.stream().map(LearningCheck::said).toList());
      assertThat(labels).doesNotHaveDuplicates();
      assertThat(pictures).hasSize(1);
    }
    System.out.printf("labels and pictures: those of %d images, once each%n", ids.size());
  }

  private static Said said(Stored<Label> stored) {
    Label label = Objects.requireNonNull(stored.value(), "taken out");
    return new Said(label.label(), String.valueOf(label.who()));
  }

  private static <T> int at(List<Stored<T>> all) {
    return all.get(0).partition();
  }

  /** The examples that a new leader would learn from. */
  private void assertBuffer(Path scratch) throws InterruptedException {
    try (Buffer buffer =
        new Buffer(
            BufferConfig.DEFAULTS,
            registry.store.clients(),
            registry.store.topics(),
            new EmbeddingSource(Backbones.of(new NumberModel()), scratch),
            BufferMetrics.NOOP)) {
      buffer.start();
      assertThat(buffer.awaitCaughtUp(Duration.ofMinutes(1), waiting -> {})).isTrue();
      Map<String, String> expected = new HashMap<>();
      load.accepted().forEach((id, said) -> expected.put(id, said.get(said.size() - 1).label()));
      assertThat(
              buffer.snapshot().examples().stream()
                  .collect(toMap(Example::imageId, Example::label)))
          .containsExactlyInAnyOrderEntriesOf(expected);
    }
  }
}
