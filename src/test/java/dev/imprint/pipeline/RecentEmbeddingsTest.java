package dev.imprint.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rejection;
import dev.imprint.model.Role;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.pipeline.ImageClassifier.Classification;
import dev.imprint.pipeline.RecentEmbeddings.Embedded;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentEmbeddingsTest {
  private final RecentEmbeddings recent = new RecentEmbeddings();

  @Test
  void shouldGiveThoseOfOneBackboneAlone() {
    recent.add(
        List.of(
            classified(0, "old"),
            classified(1, "new"),
            new Classification.Rejected(Rejection.EMPTY, "the value is empty")));

    assertThat(recent.of("new")).containsOnlyKeys(claim(1));
    assertThat(recent.of("new").get(claim(1))).isEqualTo(Embedding.of(1));
  }

  @Test
  void shouldKeepTheNewestOnly() {
    for (int i = 0; i < RecentEmbeddings.MOST + 3; i++) {
      recent.add(List.of(classified(i, "new")));
    }

    assertThat(recent.of("new")).hasSize(RecentEmbeddings.MOST).doesNotContainKey(claim(2));
    assertThat(recent.of("new").keySet()).first().isEqualTo(claim(3));
  }

  private static Classification classified(int offset, String backboneId) {
    Prediction prediction =
        new Prediction(
            "image-" + offset,
            null,
            0,
            List.of(),
            "none",
            Role.SERVING,
            claim(offset),
            null,
            Instant.EPOCH,
            Instant.EPOCH,
            false,
            List.of());
    return new Classification.Predicted(prediction, new Embedded(backboneId, Embedding.of(offset)));
  }

  private static Claim claim(int offset) {
    return new Claim("images", 0, offset, "0".repeat(64));
  }
}
