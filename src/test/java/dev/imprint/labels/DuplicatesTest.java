package dev.imprint.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.model.backbone.Embedding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DuplicatesTest {
  private static final int DIMENSION = 128;

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Example> examples = new ArrayList<>();

  @Test
  void shouldGroupPicturesWithTheSameBytesOrNearlyTheSameEmbedding() throws Exception {
    float[] picture = embedding();
    add("a", "d1", picture);
    add("b", "d2", embedding());
    add("c", "d3", near(picture, 0.1));
    add("d", "d1", embedding()); // a's bytes; its embedding is that of a faulty device
    add("e", "d5", embedding());

    assertThat(ids(Duplicates.among(examples, 0.95))).containsExactly(List.of("a", "c", "d"));
    assertThat(ids(Duplicates.among(examples, 1))).containsExactly(List.of("a", "d"));
    assertThat(ids(Duplicates.ofBytes(examples))).containsExactly(List.of("a", "d"));
  }

  @Test
  void shouldLinkPicturesThroughOthers() throws Exception {
    float[] first = embedding();
    float[] second = near(first, 0.25);
    add("a", "d1", near(second, 0.25));
    add("b", "d2", first);
    add("c", "d3", second);
    for (int i = 0; i < 20; i++) {
      add("other " + i, "o" + i, embedding());
    }

    assertThat(ids(Duplicates.among(examples, 0.95))).containsExactly(List.of("a", "b", "c"));
  }

  private float[] embedding() {
    return near(new float[DIMENSION], 1);
  }

  private float[] near(float[] embedding, double distance) {
    float[] near = embedding.clone();
    for (int d = 0; d < DIMENSION; d++) {
      near[d] += (float) (distance * random.nextGaussian());
    }
    return near;
  }

  private static List<List<String>> ids(List<List<Example>> groups) {
    return groups.stream().map(group -> group.stream().map(Example::imageId).toList()).toList();
  }

  private void add(String id, String sha256, float[] embedding) {
    examples.add(new Example(id, "nut", sha256, null, Instant.EPOCH, Embedding.of(embedding)));
  }
}
