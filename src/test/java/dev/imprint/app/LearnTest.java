package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.demo.belt.Part;
import dev.imprint.tensorflow.BackboneDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From labels to a better model with only the command line and the bundled network. */
@Tag("long")
@Timeout(300)
class LearnTest extends LearnSteps {
  private static final int LEARNED = 30;
  private static final int JUDGED = 10;

  LearnTest() {
    super(3, LEARNED, JUDGED);
  }

  @Test
  void shouldLearnFromFoldersJudgeRelabelAndRollBack() throws Exception {
    String first;
    String second;
    try (ServeProcess serve = servePinnedTo("null")) {
      refusesToLearnFromNothing();
      findsThatALabelIsOfNoImage();

      first = learns();
      servesAt(serve, first);
      evaluates(first);
      evaluatesWhatItNeverLearned(first);
      shows(first);
      exports(first);

      second = relabels(first);
      Cli back = imprint("models rollback");
      assertThat(back.exitCode()).as(back.err()).isZero();
      assertThat(back.out().strip())
          .isEqualTo("%s is now serving in place of %s".formatted(first, second));
      servesAt(serve, first);
      serve.terminate();
    }

    reproduces(first, second);
    assertThat(imprint("models rollback").out()).startsWith(second + " is now serving in place of");
    try (ServeProcess pinned = servePinnedTo(first)) {
      servesAt(pinned, first);
    }
    assertThat(imprint("models list").out()).containsPattern(second + " +serving");
  }

  private void refusesToLearnFromNothing() {
    Cli refused = imprint("retrain --wait --timeout 60");

    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(3);
    assertThat(refused.err().lines())
        .last()
        .asString()
        .startsWith("refused: labels with enough pictures: 0 (at least 2 needed)");
    assertThat(refused.out()).isEmpty();
  }

  private void findsThatALabelIsOfNoImage() {
    assertThat(imprint("label nobody gear").exitCode()).isZero();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode letters = imprint("dlq list --topic feedback --json").json();
              assertThat(letters).hasSize(1);
              assertThat(letters.get(0).get("key").asText()).isEqualTo("nobody");
              assertThat(letters.get(0).get("reason").asText()).isEqualTo("no_such_image");
            });
  }

  /** Returns the serving version. */
  private String learns() {
    Cli sent = imprint("send --label-by-folder " + dir.resolve("train"));
    assertThat(sent.exitCode()).as(sent.err()).isZero();
    assertThat(sent.out()).startsWith("sent 60 of 60 images with their labels");

    Cli trained = imprint("retrain --wait --timeout 120");

    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.out()).matches("v1-[0-9a-f]{8}: promoted: macro F1 .* pictures.*\n");
    assertThat(trained.err()).contains("training on 60 pictures").contains("epoch ");
    return version(trained.out());
  }

  private void evaluates(String version) throws IOException {
    Cli evaluated = imprint("evaluate --json " + dir.resolve("test"));

    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
    JsonNode result = evaluated.json();
    assertThat(result.get("model_version").asText()).isEqualTo(version);
    assertThat(result.get("examples").asInt()).isEqualTo(2 * JUDGED);
    assertThat(result.get("accuracy").asDouble()).isBetween(0.8, 1.0);
    assertThat(result.get("macro_f1").asDouble()).isBetween(0.8, 1.0);
    assertThat(result.get("labels")).hasSize(2);
    assertThat(result.get("confusion")).hasSize(2);
  }

  private void evaluatesWhatItNeverLearned(String version) throws IOException {
    Path all = Files.createDirectories(dir.resolve("all"));
    Path others = Files.createDirectories(dir.resolve("others"));
    byte[] washer = belt.draw(Part.WASHER, SCENE);
    for (Path folder : List.of(all, others)) {
      Files.write(Files.createDirectories(folder.resolve("washer")).resolve("0.png"), washer);
    }
    Files.write(
        Files.createDirectories(all.resolve("gear")).resolve("0.png"), belt.draw(Part.GEAR, SCENE));

    JsonNode mixed = imprint("evaluate --json " + all).json();
    Cli strange = imprint("evaluate " + others);

    assertThat(mixed.get("examples").asInt()).isOne();
    assertThat(mixed.at("/unknown_labels/washer").asInt()).isOne();
    assertThat(strange.exitCode()).isEqualTo(1);
    assertThat(strange.err()).contains(version, "any of these labels: washer", "gear, spring");
  }

  private void shows(String version) throws IOException {
    JsonNode list = imprint("models list --json").json();
    JsonNode shown = imprint("models show v1").json();

    assertThat(list).hasSize(1);
    assertThat(list.get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "version",
            "status",
            "created_at",
            "parent",
            "labels",
            "holdout",
            "accuracy",
            "macro_f1",
            "champion_macro_f1",
            "reason",
            "accuracy_interval",
            "macro_f1_interval",
            "champion_macro_f1_interval");
    assertThat(list.get(0).get("version").asText()).isEqualTo(version);
    assertThat(list.get(0).get("status").asText()).isEqualTo("serving");
    assertThat(shown.get("version").asText()).isEqualTo(version);
    assertThat(shown.at("/training/device").asText()).isIn("cpu", "gpu");
    assertThat(shown.at("/judgement/promoted").asBoolean()).isTrue();
    assertThat(shown.at("/judgement/challenger/accuracy_interval/low").asDouble())
        .isLessThan(shown.at("/judgement/challenger/accuracy").asDouble());
    assertThat(imprint("models show --manifest " + version).outLines())
        .hasSize(2 * LEARNED)
        .allMatch(line -> line.startsWith("{\"image_id\":"));
  }

  /** Learns again; makes the second version serve, whatever the gate decides. */
  private String relabels(String first) {
    assertThat(imprint("label gear/0.png spring").exitCode()).isZero();

    Cli trained = imprint("retrain --wait --timeout 120");

    String second;
    if (trained.exitCode() == 0) {
      second = version(trained.out());
      assertThat(trained.out()).contains(": promoted: ");
    } else {
      assertThat(trained.exitCode()).as(trained.err()).isEqualTo(3);
      second = version(trained.err().lines().reduce((a, b) -> b).orElseThrow());
      assertThat(trained.err()).contains(second + ": refused: ");
      assertThat(imprint("models promote " + second).exitCode()).isZero();
    }
    assertThat(second).startsWith("v2-").isNotEqualTo(first);
    return second;
  }

  /** With the bundled backbone, in both forms; the file then serves as a whole classifier. */
  private void exports(String first) throws IOException {
    Path file = dir.resolve("parts.keras");
    Path folder = dir.resolve("parts");

    Cli unknown = imprint("models export v9 --format keras --out " + file);
    Cli keras = imprint("models export v1 --format keras --out " + file);
    Cli again = imprint("models export v1 --format keras --out " + file);
    Cli savedModel = imprint("models export --format savedmodel --out " + folder);

    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("there is no version v9");
    assertThat(keras.exitCode()).as(keras.err()).isZero();
    assertThat(keras.out()).startsWith("exported %s to %s; on 8 pictures".formatted(first, file));
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains(first + " cannot be exported: " + file + " exists already");
    assertThat(savedModel.exitCode()).as(savedModel.err()).isZero();
    assertThat(folder.resolve("saved_model.pb")).isNotEmptyFile();
    Path yaml = dir.resolve("parts.yaml");
    Files.writeString(yaml, keras.out().substring(keras.out().indexOf("file: ")));
    assertThat(BackboneDescription.load(yaml).labels()).containsExactly("gear", "spring");
  }

  /** Here, from what is on the topics; since the first, one id has got another picture. */
  private void reproduces(String first, String second) throws IOException {
    Cli ofFirst = imprint("models reproduce v1");
    JsonNode ofSecond = imprint("models reproduce --json v2").json();
    Cli diff = imprint("models diff v1 v2");
    JsonNode records = imprint("models diff --records-only --json v1 v2").json();

    assertThat(ofFirst.exitCode()).isEqualTo(3);
    assertThat(ofFirst.err())
        .contains(
            first + " cannot be trained again: 1 of its 60 examples are missing: gear/0.png has");
    assertThat(ofSecond.get("version").asText()).isEqualTo(second);
    assertThat(ofSecond.get("identical").asBoolean()).isTrue();
    assertThat(diff.exitCode()).as(diff.err()).isZero();
    assertThat(diff.out())
        .contains("with another picture: gear/0.png")
        .contains("on 60 pictures that neither had seen: ");
    assertThat(records.at("/examples/common").asInt()).isEqualTo(2 * LEARNED - 1);
    assertThat(records.get("changed_sides").isNull()).isTrue();
  }

  private ServeProcess servePinnedTo(String pin) throws IOException {
    return serve(
        """
        learning: {feedback_wait_seconds: 2}
        training: {new_labels: 0, max_wait_minutes: 0}
        rollout: {pin: %s}
        """
            .formatted(pin));
  }
}
