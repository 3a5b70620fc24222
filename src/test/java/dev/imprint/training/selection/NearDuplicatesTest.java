package dev.imprint.training.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.backbone.Embedding;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
  private static final int DIMENSION = 256;

  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void shouldFindEveryNearCopyAndNothingElse() throws Exception {
    List<float[]> embeddings = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      embeddings.add(embedding());
    }
    List<List<Integer>> planted = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      planted.add(List.of(i, embeddings.size()));
      embeddings.add(changed(embeddings.get(i), 0.2));
      embeddings.add(changed(embeddings.get(i + 100), 0.8)); // too different
    }

    List<List<Integer>> found = new ArrayList<>();
    near(embeddings).forEach((one, other) -> found.add(List.of(one, other)));

    assertThat(found).containsExactlyInAnyOrderElementsOf(planted);
  }

  @Test
  void shouldNameTheGroupsThatHoldANearCopy() throws Exception {
    float[] one = embedding();
    List<float[]> embeddings = List.of(one, changed(one, 0.1), embedding(), embedding());

    assertThat(near(embeddings).groupsNear(new int[] {0, 0, 1, 1})).containsOnly(0);
    assertThat(near(embeddings).groupsNear(new int[] {0, 2, 2, 2})).containsExactly(4, 1, 0, 0);
    assertThat(near(List.of()).groupsNear(new int[0])).isEmpty();
  }

  @Test
  void shouldStopWhenItsThreadIsInterrupted() {
    List<float[]> embeddings = List.of(embedding(), embedding());
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> near(embeddings)).isInstanceOf(InterruptedException.class);
  }

  private static NearDuplicates near(List<float[]> embeddings) throws InterruptedException {
    return new NearDuplicates(
        embeddings.stream().map(Embedding::of).toList(), NearDuplicates.COSINE);
  }

  private float[] embedding() {
    float[] embedding = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      embedding[d] = (float) Math.max(0, random.nextGaussian());
    }
    return embedding;
  }

  private float[] changed(float[] embedding, double by) {
    float[] changed = embedding.clone();
    for (int d = 0; d < DIMENSION; d++) {
      changed[d] += (float) (by * random.nextGaussian() * 0.58); // the deviation of each number
    }
    return changed;
  }
}
