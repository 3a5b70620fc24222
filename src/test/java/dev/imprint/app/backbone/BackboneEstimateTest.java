package dev.imprint.app.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.Cli;
import dev.imprint.app.CommandSteps;
import dev.imprint.app.TwoLayers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code BackboneChangeTest} compares the estimate for a buffer with pictures to the actual change.
 */
class BackboneEstimateTest extends CommandSteps {
  BackboneEstimateTest() {
    super(1_000_000);
  }

  @BeforeEach
  void createTopics() {
    assertThat(settings.run("topics create").exitCode()).isZero();
  }

  @Test
  void shouldSayWhatTheNextBackboneTakesBeforeAnythingIsLearned() throws Exception {
    Path next = TwoLayers.write(dir);

    Cli run = settings.run("backbone estimate " + next);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.outLines()).hasSize(4);
    assertThat(run.outLines().get(0)).matches("backbone [0-9a-f]{12}: embeddings of 1,472 numbers");
    assertThat(run.outLines().get(1))
        .matches("re-embedding the buffer's 0 pictures: \\d+ s, at \\d+\\.\\d ms per picture .*");
    assertThat(run.outLines().get(2))
        .matches("memory: \\d+ MB with the current backbone alone, \\d+ MB with both: .*");
    assertThat(run.outLines().get(3))
        .isEqualTo("embeddings: 0.0 MB of the leader's heap, 0.0 MB of its disk");
    assertThat(Files.exists(dir.resolve("data"))).as("it changes nothing").isFalse();
  }
}
