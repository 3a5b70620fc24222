package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A version with a network of its own, by the command line and the bundled network. */
@Tag("long")
@Timeout(400)
class FineTuneTest extends LearnSteps {
  private static final String SETTINGS =
      """
      training: {new_labels: 0, max_wait_minutes: 0, fine_tune: {views: 1, epochs: 1}}
      buffer: {unlabelled: 0}
      """;

  FineTuneTest() {
    super(5, 40, 8);
  }

  @Test
  void shouldServeAFineTunedVersionLikeAnyOther() throws Exception {
    String head;
    String tuned;
    try (ServeProcess serve = serve(SETTINGS)) {
      assertThat(imprint("send --label-by-folder " + dir.resolve("train")).exitCode()).isZero();
      Cli trained = imprint("retrain --wait --timeout 120");
      assertThat(trained.exitCode()).as(trained.err()).isZero();
      head = version(trained.out());

      tuned = fineTunes();
      servesAt(serve, tuned);
      assertThat(evaluated()).isEqualTo(tuned);
      Cli exported = imprint("models export --format savedmodel --out " + dir.resolve("exported"));
      assertThat(exported.exitCode()).as(exported.err()).isZero();
      assertThat(exported.out()).startsWith("exported " + tuned);

      assertThat(imprint("models promote " + head).exitCode()).isZero();
      servesAt(serve, head);
      assertThat(imprint("models rollback").exitCode()).isZero();
      servesAt(serve, tuned);
    } // killed

    try (ServeProcess again = serve(SETTINGS)) {
      servesAt(again, tuned); // opens its network before it serves
      again.terminate();
    }
    reproduces(tuned);
  }

  /** Here, from what is on the topics. */
  private void reproduces(String tuned) throws IOException {
    Path data = dir.resolve("reproduced");
    Path config = Files.writeString(dir.resolve("reproduce.yaml"), "data: " + data);
    JsonNode result =
        imprint("models reproduce --json --config %s %s".formatted(config, tuned)).json();

    assertThat(result.get("identical").asBoolean()).as("%s", result).isTrue();
    assertThat(result.at("/network/again")).isEqualTo(result.at("/network/digest"));
    assertThat(data.resolve("reproduce"))
        .as("no pictures stay")
        .isDirectoryRecursivelyContaining("glob:**/imprint.lock")
        .isDirectoryNotContaining("glob:**/tuning");
  }

  /** Whatever the gate decides, the version is there; it is made to serve. */
  private String fineTunes() throws IOException {
    Cli run = imprint("retrain --fine-tune --wait --timeout 240");

    assertThat(run.err()).contains("fine-tuning on 80 pictures");
    String last =
        run.exitCode() == 0 ? run.out() : run.err().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).contains("fine-tuned: ");
    String tuned = version(last);
    JsonNode record = imprint("models show " + tuned).json();
    assertThat(record.at("/network/trunk_id").asText()).hasSize(64);
    assertThat(record.get("backbone_id")).isNotEqualTo(record.at("/network/trunk_id"));
    assertThat(record.at("/network/first_layer").asText()).startsWith("block6a_");
    assertThat(record.at("/network/layers_learned").asInt()).isGreaterThan(10);
    if (run.exitCode() != 0) {
      assertThat(imprint("models promote " + tuned).exitCode()).isZero();
    }
    return tuned;
  }

  private String evaluated() throws IOException {
    JsonNode result = imprint("evaluate --json " + dir.resolve("test")).json();
    assertThat(result.get("accuracy").asDouble()).isGreaterThan(0.7);
    return result.get("model_version").asText();
  }
}
