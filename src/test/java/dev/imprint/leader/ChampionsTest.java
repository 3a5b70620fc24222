package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.buffer.Example;
import dev.imprint.event.HeadFile;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.Versions;
import dev.imprint.rollout.Versions.LayeredBackbone;
import dev.imprint.training.evaluation.Learned;
import dev.imprint.training.gate.Champion;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which head a new one is compared with, and on which embeddings. */
class ChampionsTest extends BufferRetrainingSteps {
  @Test
  void shouldJudgeAHeadOfTheLastLayerByItsPartOfTheEmbeddings() throws Exception {
    ModelVersion served = published();
    LayeredBackbone more = new LayeredBackbone("more", A.id());

    Champion champion = champion(Backbones.of(more), null, served.version());

    EmbeddingLayers layers = more.layers();
    Example example =
        new Example(
            "i", "nut", "ab", null, Instant.EPOCH, Embedding.of(new float[] {1, 2, 3, 4}, layers));
    assertThat(champion.view().of(List.of(example)))
        .singleElement()
        .satisfies(seen -> assertThat(seen.embedding().numbers()).containsExactly(3, 4));
    assertThat(progress).isEmpty();
  }

  @Test
  void shouldJudgeAgainstTheVersionThatServesBySameOrOtherEmbeddings() throws Exception {
    ModelVersion served = published();

    Champion same = champion(Backbones.of(A), null, served.version());
    Champion other = champion(new Backbones(A, B), null, served.version());

    assertThat(((DenseHead) same.head()).weights()).isEqualTo(Versions.head(1).weights());
    assertThat(same.view()).isSameAs(Champion.Reembedding.SAME);
    assertThat(same.mustBeBeaten()).isFalse();
    assertThat(((DenseHead) other.head()).weights()).isEqualTo(Versions.head(1).weights());
    assertThat(other.view()).isNotSameAs(Champion.Reembedding.SAME);
    assertThat(progress).isEmpty();
  }

  @Test
  void shouldJudgeAgainstTheServingVersionByLabelsAsTheyAreCalledNow() throws Exception {
    ModelVersion served = published();
    BufferRetraining learning = learning(Backbones.of(A), null);

    learning.relabel(new LabelChanges(Map.of("label-0", "nut"), Set.of("label-1")));
    Champion champion = Objects.requireNonNull(learning.champion(served.version(), progress::add));

    assertThat(champion.head().labels()).containsExactly("nut");
    assertThat(champion.learned()).containsOnlyKeys("ab");
    assertThat(champion.learned().values()).extracting(Learned::label).containsExactly("nut");
  }

  @Test
  void shouldJudgeAgainstWhatServesFirstAsLongAsNothingIsRolledOut() throws Exception {
    DenseHead head = Versions.head(1);

    Champion classifier = champion(Backbones.of(A), HeadFile.ofClassifier(head), null);
    Champion configured =
        champion(new Backbones(A, B), new HeadFile("head-1", head, List.of()), null);

    assertThat(classifier)
        .isEqualTo(new Champion(head, List.of(), Map.of(), Champion.Reembedding.SAME, true));
    assertThat(configured.head()).isSameAs(head);
    assertThat(configured.view()).isNotSameAs(Champion.Reembedding.SAME);
    assertThat(configured.mustBeBeaten()).isFalse();
    assertThat(learning(Backbones.of(A), null).champion(null, progress::add)).isNull();
  }

  /** Its head, which could not be used, need not even exist. */
  @Test
  void shouldNotJudgeAgainstABackboneThatIsNotOpenAndSayIt() throws Exception {
    registry.write(Versions.record("v1-b", B.id(), NOWHERE));

    assertThat(learning(Backbones.of(A), null).champion("v1-b", progress::add)).isNull();

    assertThat(progress).singleElement().asString().contains("not open");
  }

  @Test
  void shouldNotTakeAMissingVersionForNone() {
    assertThatThrownBy(() -> learning(Backbones.of(A), null).champion("v7-gone", progress::add))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("v7-gone");
  }

  private Champion champion(
      Backbones backbones, @Nullable HeadFile initial, @Nullable String serving)
      throws IOException {
    return Objects.requireNonNull(learning(backbones, initial).champion(serving, progress::add));
  }

  private ModelVersion published() throws Exception {
    try (Producer<byte[], byte[]> producer = registry.producer();
        Publisher publisher = registry.publisher(producer, 20)) {
      return publisher.publish(Versions.candidate(1), null, "test", Publisher.NOTHING_MORE);
    }
  }
}
