package dev.imprint.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.TwoLayers;
import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.tensorflow.EmbeddingDifference;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckTest extends FindingSteps {
  private final ImprintConfig config = new ConfigReader(name -> null).read(null, Map.of());

  @Test
  void shouldComputeWhatKerasDoesAndSayHowFast() {
    Optional<ModelCheck.Works> works = new ModelCheck(config, findings).run();

    assertThat(works).hasValueSatisfying(it -> assertThat(it.batch()).isPositive());
    assertThat(whats(Finding.Severity.OK))
        .anyMatch(what -> what.matches("embeddings of three bundled.*cosine at least 1\\.000000.*"))
        .anyMatch(
            what -> what.matches("the network takes .* for a batch of 24 .* images a second"));
    assertThat(whats(Finding.Severity.ERROR)).isEmpty();
  }

  @Test
  void shouldTellAnswersThatAreFarFromThoseExpected() {
    EmbeddingDifference same = difference(new float[][] {{1, 0}, {0, 2}});
    EmbeddingDifference other = difference(new float[][] {{1, 0}, {2, 0}});
    EmbeddingDifference none = difference(new float[][] {{1, 0}, {0, 0}});

    assertThat(same.smallestCosine()).isEqualTo(1);
    assertThat(same.largest()).isZero();
    assertThat(other.smallestCosine()).isZero();
    assertThat(other.largest()).isEqualTo(2);
    assertThat(none.smallestCosine()).isZero();
  }

  private static EmbeddingDifference difference(float[][] embeddings) {
    float[][] expected = {{1, 0}, {0, 2}};
    EmbeddingDifference difference = new EmbeddingDifference();
    for (int i = 0; i < embeddings.length; i++) {
      difference.add("picture " + i, expected[i], embeddings[i]);
    }
    return difference;
  }

  @Test
  void shouldTryTheNextBackbone(@TempDir Path dir) throws Exception {
    ImprintConfig changing =
        new ConfigReader(name -> null)
            .read(null, Map.of("next_backbone", TwoLayers.write(dir).toString()));
    NextBackboneCheck check = new NextBackboneCheck(changing, findings);

    String id = check.run("another").orElseThrow().backboneIds().get(0);

    assertThat(whats(OK).get(0)).contains("embeddings of 1472 numbers");
    assertThat(findings.stream().map(Finding::what).skip(1))
        .as("its precision, on CPUs that have both")
        .hasSize(TensorFlowRuntime.probe().hasBf16() ? 1 : 0)
        .allMatch(what -> what.startsWith("next_backbone's precision: bf16 would "));
    assertThat(check.run(id)).isEmpty();
    assertThat(whats(Finding.Severity.ERROR))
        .singleElement()
        .asString()
        .contains("that is the current backbone");
  }
}
