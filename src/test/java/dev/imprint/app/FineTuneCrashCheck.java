package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.leader.Commands;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rollout;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.Score;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.rollout.ModelStore;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Compares all that came out with all that went in, by id.
 *
 * @param learned labels of the pictures that were sent first
 * @param sent how many pictures of the traffic
 */
record FineTuneCrashCheck(
    Clients clients,
    ModelStore store,
    Path backbone,
    Map<String, String> learned,
    PictureTraffic traffic,
    int sent) {
  private static final Topics TOPICS = Topics.DEFAULTS;

  /**
   * @param fineTunings that were asked for
   */
  void assertAll(int fineTunings) throws Exception {
    Map<String, String> labels = labels();
    Map<String, Prediction> predictions = predictions();
    assertThat(Committed.read(clients, TOPICS.imagesDlq())).isEmpty();
    assertThat(Committed.read(clients, TOPICS.feedbackDlq())).isEmpty();
    assertLabels(labels, predictions);
    assertCommands();
    Set<String> named = new HashSet<>();
    try (KerasBackbone trunk =
        KerasBackbone.open(BackboneDescription.load(backbone), TensorFlowConfig.DEFAULT)) {
      assertVersions(labels, trunk, fineTunings);
      for (ModelVersion version : store.models().versions()) {
        named.addAll(assertPredicted(version, trunk, predictions));
      }
    }
    predictions.values().stream()
        .filter(each -> !each.modelVersion().equals(ServingModel.NO_VERSION))
        .forEach(each -> assertThat(named).contains(each.modelVersion()));
    System.out.printf(
        "%d images, each predicted once, by %d versions and as recomputed; %d labels, each once;"
            + " %d versions, each of them whole%n",
        predictions.size(), named.size(), labels.size(), store.models().versions().size());
    assertThat(named).hasSizeGreaterThan(1);
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>(learned);
    for (int i = 0; i < sent; i++) {
      if (traffic.isLabelled(i)) {
        labels.put("t" + i, traffic.label(i));
      }
    }
    return labels;
  }

  private Map<String, Prediction> predictions() throws IOException {
    int expected = learned.size() + sent;
    await()
        .atMost(FineTuneCrashSteps.PATIENCE)
        .until(() -> Committed.read(clients, TOPICS.predictions()).size() >= expected);
    Map<String, Prediction> predictions = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : Committed.read(clients, TOPICS.predictions())) {
      Prediction prediction = PredictionCodec.decode(record.value());
      assertThat(predictions.put(prediction.imageId(), prediction))
          .as("predicted once: %s", prediction.imageId())
          .isNull();
    }
    assertThat(predictions).hasSize(expected).containsKeys(learned.keySet().toArray(String[]::new));
    return predictions;
  }

  private void assertLabels(Map<String, String> labels, Map<String, Prediction> predictions)
      throws IOException {
    await()
        .atMost(FineTuneCrashSteps.PATIENCE)
        .until(() -> Committed.read(clients, TOPICS.outcomes()).size() >= labels.size());
    Map<String, String> actual = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : Committed.read(clients, TOPICS.outcomes())) {
      Outcome outcome = Json.decode(record.value(), Outcome.class);
      assertThat(actual.put(outcome.imageId(), outcome.actual())).isNull();
      Prediction prediction = Objects.requireNonNull(predictions.get(outcome.imageId()));
      assertThat(outcome.predicted()).isEqualTo(prediction.label());
      assertThat(outcome.modelVersion()).isEqualTo(prediction.modelVersion());
    }
    assertThat(actual).isEqualTo(labels);
    Map<String, String> stored = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : Committed.read(clients, TOPICS.labels())) {
      Label label = Json.decode(record.value(), Label.class);
      assertThat(stored.put(label.imageId(), label.label())).isNull();
    }
    assertThat(stored).isEqualTo(labels);
    assertThat(
            Committed.read(clients, TOPICS.pictures()).stream()
                .map(record -> new String(record.key(), UTF_8)))
        .containsExactlyInAnyOrderElementsOf(labels.keySet());
  }

  private void assertCommands() {
    List<String> ended = new ArrayList<>();
    Set<String> all = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : Committed.read(clients, TOPICS.commands())) {
      all.add(new String(record.key(), UTF_8));
      Commands.answer(record.value())
          .filter(answer -> answer.state() != Answer.State.RUNNING)
          .ifPresent(answer -> ended.add(answer.command()));
    }
    assertThat(ended).containsExactlyInAnyOrderElementsOf(all);
  }

  private void assertVersions(Map<String, String> labels, KerasBackbone trunk, int fineTunings)
      throws IOException {
    List<ModelVersion> versions = store.models().versions();
    assertThat(store.models().unreadable()).isEmpty();
    assertThat(versions.stream().filter(version -> version.network() != null)).hasSize(fineTunings);
    for (ModelVersion version : versions) {
      for (String line : new String(store.manifest(version), UTF_8).lines().toList()) {
        JsonNode example = Json.decode(line.getBytes(UTF_8), JsonNode.class);
        assertThat(example.get("label").asText())
            .isEqualTo(labels.get(example.get("image_id").asText()));
      }
      try (Opened network = open(version, trunk)) {
        assertThat(network.backbone().id()).isEqualTo(version.backboneId());
        assertThat(store.head(version).head().backboneId()).isEqualTo(version.backboneId());
      }
    }
  }

  /** A version's network; closes only what the version brings. */
  private record Opened(Backbone backbone, boolean own) implements AutoCloseable {
    @Override
    public void close() {
      if (own) {
        backbone.close();
      }
    }
  }

  private Opened open(ModelVersion version, KerasBackbone trunk) throws IOException {
    byte[] weights = store.network(version);
    return weights == null ? new Opened(trunk, false) : new Opened(trunk.tuned(weights), true);
  }

  /** Returns the version's name if it predicted anything; then it was rolled out before. */
  private Set<String> assertPredicted(
      ModelVersion version, KerasBackbone trunk, Map<String, Prediction> predictions)
      throws Exception {
    List<Prediction> its =
        predictions.values().stream()
            .filter(each -> each.modelVersion().equals(version.version()))
            .filter(each -> each.imageId().startsWith("t"))
            .toList();
    if (its.isEmpty()) {
      return Set.of();
    }
    assertThat(rolledOut()).contains(version.version());
    DenseHead head = store.head(version).head();
    Map<Integer, Score> known = new HashMap<>();
    try (Opened network = open(version, trunk)) {
      for (Prediction prediction : its) {
        int number = Integer.parseInt(prediction.imageId().substring(1));
        int picture = number % traffic.pictures();
        if (!known.containsKey(picture)) {
          float[][] embedding =
              network.backbone().embed(List.of(trunk.decoder().decode(traffic.picture(number))));
          known.put(picture, head.top(head.probabilities(embedding)[0], 1).get(0));
        }
        Score score = Objects.requireNonNull(known.get(picture));
        assertThat(prediction.confidence()).isCloseTo(score.confidence(), within(1e-3f));
        assertThat(prediction.label()).isEqualTo(score.label());
      }
    }
    return Set.of(version.version());
  }

  private Set<String> rolledOut() throws IOException {
    Set<String> versions = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : Committed.read(clients, TOPICS.models())) {
      if (new String(record.key(), UTF_8).equals(Topics.ROLLOUT_KEY)) {
        versions.add(Json.decode(record.value(), Rollout.class).serving());
      }
    }
    return versions;
  }
}
