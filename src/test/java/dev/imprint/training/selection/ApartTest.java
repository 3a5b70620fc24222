package dev.imprint.training.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.tensorflow.head.Folds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ApartTest {
  private static final int DIMENSION = 64;

  private final SplittableRandom random = new SplittableRandom(2);
  private final List<Example> examples = new ArrayList<>();

  @Test
  void shouldKeepANearDuplicateFromTheHeadThatTheOtherJudges() throws Exception {
    for (int i = 0; i < 40; i++) {
      add("nut", embedding());
    }
    Example original = examples.get(0);
    int copy = inAnotherFold("nut", original);

    Folds folds = new Apart(examples).folds();

    assertThat(folds.hidden()[copy])
        .isEqualTo(1 << Split.fold(examples.get(copy)) | 1 << Split.fold(original));
    assertThat(folds.hidden()[0]).isEqualTo(folds.hidden()[copy]);
    for (int i = 1; i < 40; i++) {
      assertThat(folds.hidden()[i]).isEqualTo(1 << Split.fold(examples.get(i)));
    }
  }

  @Test
  void shouldNotTakeAllExamplesOfALabelAwayFromAHead() throws Exception {
    for (int i = 0; i < 40; i++) {
      add("nut", embedding());
    }
    Example first = add("gear", embedding());
    int second = inAnotherFold("gear", first);

    assertThat(new Apart(examples).folds().hidden()[second])
        .isEqualTo(1 << Split.fold(examples.get(second)));
  }

  @Test
  void shouldNotLearnFromNearDuplicatesOfTheHoldout() throws Exception {
    for (int i = 0; i < 40; i++) {
      add("nut", embedding());
    }
    Example held =
        examples.stream().filter(e -> Split.of(e) == Split.HOLDOUT).findFirst().orElseThrow();
    int copy = inAnotherFold("nut", held);

    assertThat(new Apart(examples).fromHoldout()).containsExactly(examples.get(copy).imageId());
  }

  @Test
  void shouldKeepExamplesThatNearlyAllLookAlike() throws Exception {
    for (int i = 0; i < 40; i++) {
      add("nut", embedding());
    }
    float[] alike = embedding();
    for (int i = 0; i < 20; i++) {
      float[] its = alike.clone();
      its[i] += 0.01f;
      add("gear", its);
    }

    Folds folds = new Apart(examples).folds();

    for (int i = 0; i < examples.size(); i++) {
      assertThat(folds.hidden()[i]).isEqualTo(1 << Split.fold(examples.get(i)));
    }
  }

  @Test
  void shouldTakeALookAlikeOfAKnownExampleForKnown() throws Exception {
    for (int i = 0; i < 40; i++) {
      add("nut", embedding());
    }
    Example known = examples.get(0);
    int copy = inAnotherFold("nut", known);

    assertThat(new Apart(examples).knownByLooks(Set.of(known.sha256())))
        .containsExactly(examples.get(copy).imageId());
  }

  private int inAnotherFold(String label, Example original) {
    float[] embedding = original.embedding().numbers();
    embedding[3] += 0.01f;
    Example copy;
    do {
      copy = example(label, embedding);
    } while (Split.fold(copy) == Split.fold(original));
    examples.add(copy);
    return examples.size() - 1;
  }

  private Example add(String label, float[] embedding) {
    Example example = example(label, embedding);
    examples.add(example);
    return example;
  }

  private Example example(String label, float[] embedding) {
    String id = Long.toString(random.nextLong());
    String sha256 = Sha256.hex(id.getBytes(StandardCharsets.UTF_8));
    return new Example(id, label, sha256, null, Instant.EPOCH, Embedding.of(embedding));
  }

  private float[] embedding() {
    float[] embedding = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      embedding[d] = (float) random.nextGaussian();
    }
    return embedding;
  }
}
