package dev.imprint.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.Claim;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.EmbeddingLayers.Layer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearExampleTest {
  private static final EmbeddingLayers TWO_LAYERS =
      new EmbeddingLayers(List.of(new Layer("early", 1), new Layer("late", 2)));

  @Test
  void shouldFindTheNearestByTheAngleOfTheLastLayersNumbers() {
    BufferSnapshot snapshot =
        Snapshots.of(
            List.of(
                example("opposite", 0, -1, -1),
                example("right-angle", 0, 1, -1),
                example("same-but-larger", 99, 50, 50), // of the early layer nothing counts
                example("near", 0, 1, 0.9f)));

    List<NearExample> near =
        NearExample.of(snapshot, new float[] {2, 2}, example -> true, 3, "pictures");

    assertThat(near)
        .extracting(each -> each.example().imageId())
        .containsExactly("same-but-larger", "near", "right-angle");
    assertThat(near.get(0).cosine()).isCloseTo(1, within(1e-3));
    assertThat(near.get(2).cosine()).isCloseTo(0, within(1e-3));
    assertThat(near.get(0).copy())
        .isEqualTo(new Claim("pictures", 0, 0, near.get(0).example().sha256()));
  }

  @Test
  void shouldCompareOnlyWithWhatIsAsked() {
    BufferSnapshot snapshot = Snapshots.of(List.of(example("itself", 0, 1, 1)));

    assertThat(
            NearExample.of(
                snapshot,
                new float[] {1, 1},
                example -> !example.imageId().equals("itself"),
                3,
                "pictures"))
        .isEmpty();
  }

  @Test
  void shouldFindTheCopyOfAPictureByItsDigest() {
    BufferSnapshot snapshot = Snapshots.of(List.of(example("one", 0, 1, 1)));

    assertThat(snapshot.copy("sha-one", "pictures"))
        .isEqualTo(new Claim("pictures", 0, 0, "sha-one"));
    assertThat(snapshot.copy("sha-two", "pictures")).isNull();
  }

  private static Example example(String id, float... numbers) {
    return new Example(
        id, "nut", "sha-" + id, null, Instant.EPOCH, Embedding.of(numbers, TWO_LAYERS));
  }
}
