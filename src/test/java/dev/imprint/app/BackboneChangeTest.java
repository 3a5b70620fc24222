package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Prediction;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Changes backbones under traffic, with only settings and the command line: there, back, there
 * again, and with only the new one. The second backbone is the bundled network with one more layer.
 */
@SuppressWarnings("NullAway.Init")
@Tag("long")
@Timeout(600)
class BackboneChangeTest extends BackboneChangeSteps {
  @Test
  void shouldChangeThereAndBackAndLoseAndDoubleNothing() throws Exception {
    List<byte[]> pictures =
        IntStream.range(0, PICTURES)
            .mapToObj(i -> belt.draw(SCENE.parts().get(i % SCENE.parts().size()), SCENE))
            .toList();
    try (PictureTraffic traffic = new PictureTraffic(clients, pictures, IMAGES_PER_SECOND)) {
      String first;
      String second;
      try (ServeProcess before = serve("")) {
        first = learns();
        mark("learned");
        awaitPredictionsSince("learned", first);
        mark("estimated");
        estimates();
        before.terminate();
      }
      try (ServeProcess both = serve("next_backbone: " + next)) {
        mark("opened");
        second = changes(first);
        awaitPredictionsSince("changed", second);
        assertThat(both.body("/metrics")).contains("imprint_buffer_waiting 0.0");
        rollsBackAndPromotes(first, second);
        both.terminate();
      }
      try (ServeProcess after = serve("backbone: " + next)) {
        mark("restarted");
        awaitPredictionsSince("restarted", second);
        refusesToGoBack(first);
        int sent = traffic.stop();
        List<Prediction> predictions = awaitPredictions(sent);
        after.terminate();
        assertRecomputed(traffic, predictions, first, second);
        report(predictions);
      }
    }
  }

  private void estimates() throws IOException {
    Cli run = imprint("backbone estimate --json " + next);

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode estimate = run.json();
    assertThat(estimate.get("pictures").asInt()).isEqualTo(2 * LEARNED);
    assertThat(estimate.get("dimension").asInt()).isEqualTo(TwoLayers.DIMENSION);
    assertThat(estimate.get("millis_per_picture").asDouble()).isBetween(1.0, 5_000.0);
    assertThat(estimate.get("seconds").asDouble()).isPositive();
    assertThat(estimate.get("cache_bytes").asLong())
        .isEqualTo(2L * LEARNED * (TwoLayers.DIMENSION * 2 + 1 + 32));
    assertThat(estimate.get("resident_both_bytes").asLong())
        .isGreaterThan(estimate.get("resident_bytes").asLong());
    System.out.println(run.out().strip());
  }

  private String changes(String first) {
    Cli trained = imprint("retrain --wait --timeout 180");
    mark("changed");

    assertThat(trained.err()).contains("the serving version has another backbone");
    String second = version(trained);
    ModelVersion version = store().models().version(second);
    assertThat(version).isNotNull();
    assertThat(version.parent()).isEqualTo(first);
    assertThat(version.judgement().champion()).as("compared with " + first).isNotNull();
    assertThat(version.judgement().champion().examples())
        .isEqualTo(version.judgement().challenger().examples());
    assertThat(version.judgement().reason()).contains("its backbone is new");
    return second;
  }

  /** With settings without the next backbone: the leader has announced what is open. */
  private void rollsBackAndPromotes(String first, String second) {
    assertThat(imprint("models rollback").out())
        .startsWith("%s is now serving in place of %s".formatted(first, second));
    mark("back");
    awaitPredictionsSince("back", first);

    Cli promoted = imprint("models promote " + second);

    assertThat(promoted.exitCode()).as(promoted.err()).isZero();
    mark("again");
    awaitPredictionsSince("again", second);
  }

  private void refusesToGoBack(String first) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(store().models().backbones()).extracting(OpenBackbones::next).isNull());

    Cli refused = imprint("models promote " + first);

    assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(refused.err())
        .contains(
            first + " was trained on backbone ",
            "start it with that backbone's YAML as next_backbone");
  }

  /** Recomputed with the version that each names, and its backbone. */
  private void assertRecomputed(
      PictureTraffic traffic, List<Prediction> predictions, String first, String second)
      throws Exception {
    try (Backbone old = open(BackboneDescription.bundled());
        Backbone changed = open(BackboneDescription.load(next))) {
      Map<String, DenseHead> heads = Map.of(first, head(first), second, head(second));
      assertThat(head(first).backboneId()).isEqualTo(old.id());
      assertThat(head(second).backboneId()).isEqualTo(changed.id());
      Map<String, float[]> known = new HashMap<>();
      for (Prediction prediction : predictions) {
        if (prediction.modelVersion().equals(ServingModel.NO_VERSION)) {
          continue; // before anything was learned
        }
        DenseHead head = Objects.requireNonNull(heads.get(prediction.modelVersion()));
        Backbone its = head.backboneId().equals(old.id()) ? old : changed;
        int number = Integer.parseInt(prediction.imageId().substring(1));
        String key = its.id() + number % PICTURES;
        if (!known.containsKey(key)) {
          known.put(key, its.embed(List.of(its.decoder().decode(traffic.picture(number))))[0]);
        }
        float[] embedding = known.get(key);
        assertThat(prediction.label()).isEqualTo(head.predict(new float[][] {embedding}).get(0));
        assertThat(prediction.confidence())
            .isCloseTo(
                head.top(head.probabilities(new float[][] {embedding})[0], 1).get(0).confidence(),
                within(1e-3f));
      }
    }
  }

  private DenseHead head(String version) throws IOException {
    return store().head(Objects.requireNonNull(store().models().version(version))).head();
  }

  private static KerasBackbone open(BackboneDescription description) {
    return KerasBackbone.open(description, TensorFlowConfig.DEFAULT);
  }

  /** Prints the times from an image's timestamp to its prediction. */
  private void report(List<Prediction> predictions) {
    System.out.printf("%d images, each predicted once, as recomputed%n", predictions.size());
    report(predictions, "before", "learned", "estimated");
    report(predictions, "while embedding and training", "opened", "changed");
    report(predictions, "after the swap", "changed", "back");
    report(predictions, "after the rollback", "back", "again");
  }

  private void report(List<Prediction> predictions, String what, String from, String to) {
    long[] late =
        predictions.stream()
            .filter(p -> p.receivedAt().isAfter(moments.get(from)))
            .filter(p -> p.receivedAt().isBefore(moments.get(to)))
            .mapToLong(p -> Duration.between(p.receivedAt(), p.predictedAt()).toMillis())
            .sorted()
            .toArray();
    if (late.length > 0) {
      System.out.printf(
          "%s: %d images, p50 %d ms, p99 %d ms%n",
          what, late.length, late[late.length / 2], late[late.length * 99 / 100]);
    }
  }
}
