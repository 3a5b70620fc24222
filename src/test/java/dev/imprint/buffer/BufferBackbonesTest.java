package dev.imprint.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.View;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What another backbone sees of the buffer, and what it takes to embed it with that. */
class BufferBackbonesTest extends BufferSteps {
  @Test
  void shouldShowExamplesAsAnotherBackboneSeesThem() throws Exception {
    writeGears(1, 9);
    ToyBackbone other = new ToyBackbone("facade", 10);
    Backbones both = new Backbones(other, backbone);
    try (Buffer buffer = start(new BufferConfig(5_000, 10, 100, 4, 1, 100, 0), both)) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      List<Example> examples = buffer.snapshot().examples();
      write(
          () -> {
            example("id2", "gear", 20); // the id is reused
            send(topics.labels(), "id3", null);
            send(topics.pictures(), "id3", null);
          });
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();

      List<Example> seen = buffer.pictures().seenBy(other, examples.subList(0, 5), left -> {});

      assertThat(seen)
          .extracting(Example::imageId, Example::label, e -> e.embedding().numbers()[0])
          .containsExactly(
              tuple("id1", "gear", 10f), tuple("id4", "gear", 40f), tuple("id5", "gear", 50f));
      assertThat(other.embedded).hasValue(3);
      assertThat(other.largestBatch).hasValueLessThanOrEqualTo(4);
      assertThat(buffer.pictures().seenBy(other, examples.subList(0, 5), left -> {})).hasSize(3);
      assertThat(other.embedded).as("the second time it is in its cache").hasValue(3);
      assertThat(buffer.snapshot().examples())
          .as("the buffer's own embeddings stay")
          .allSatisfy(e -> assertThat(e.embedding().numbers()[0]).isLessThan(21));
    }
  }

  @Test
  void shouldKeepNoEmbeddingOfAnotherBackboneOfAPictureThatIsTakenOut() throws Exception {
    writeGears(1, 3);
    ToyBackbone other = new ToyBackbone("facade", 10);
    Backbones both = new Backbones(other, backbone);
    try (Buffer buffer = start(BufferConfig.DEFAULTS, both)) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      List<Example> examples = buffer.snapshot().examples();
      other.onEmbed =
          () -> {
            forget("id1"); // while being added to the cache
            await().atMost(PATIENCE).until(() -> buffer.snapshot().examples().size() == 2);
          };
      assertThat(buffer.pictures().seenBy(other, examples, left -> {})).hasSize(3);
      forget("id2");
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
    }
    try (EmbeddingCache cache = EmbeddingCache.open(embeddings, other.id(), other.layers(), 10)) {
      assertThat(cache.get(sha256(1), View.ORIGINAL)).isNull();
      assertThat(cache.get(sha256(2), View.ORIGINAL)).isNull();
      assertThat(cache.get(sha256(3), View.ORIGINAL)).isEqualTo(Embedding.of(30, -30));
    }
  }

  @Test
  void shouldDropFromBothCachesWhatWasTakenOutWhileAnotherInstanceLed() throws Exception {
    write(() -> example("b", "gear", 2));
    ToyBackbone other = new ToyBackbone("facade", 10);
    for (String id : List.of(backbone.id(), other.id())) {
      try (EmbeddingCache cache = EmbeddingCache.open(embeddings, id, other.layers(), 10)) {
        cache.put(sha256(1), View.ORIGINAL, Embedding.of(1, -1));
      }
    }
    try (Buffer buffer = start(BufferConfig.DEFAULTS, new Backbones(other, backbone))) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
    }
    for (String id : List.of(backbone.id(), other.id())) {
      try (EmbeddingCache cache = EmbeddingCache.open(embeddings, id, other.layers(), 10)) {
        assertThat(cache.get(sha256(1), View.ORIGINAL)).isNull();
      }
    }
  }

  @Test
  void shouldTellHowManyPicturesWaitForANewBackbone() throws Exception {
    writeGears(0, 8);
    try (Buffer before = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(before::caughtUp);
    }
    counts.waiting.clear();
    ToyBackbone next = new ToyBackbone("facade", 10);
    Backbones both = new Backbones(backbone, next);
    try (Buffer after = start(new BufferConfig(5_000, 10, 100, 2, 0, 100, 0), both)) {
      await().atMost(PATIENCE).until(after::caughtUp);

      assertThat(next.embedded).as("none comes from the cache of the other").hasValue(8);
      assertThat(counts.waiting).containsSubsequence(6, 4, 2, 0);
    }
  }

  @Test
  void shouldSurveyWhatEmbeddingItWouldTake() throws Exception {
    writeGears(0, 30);

    BufferSurvey survey =
        BufferSurvey.of(clients, topics, BufferConfig.DEFAULTS, new ToyBackbone("facade", 10));

    assertThat(survey.pictures()).isEqualTo(30);
    assertThat(survey.sampled()).isEqualTo(26); // the first batch of four is a warm-up
    assertThat(survey.secondsPerPicture()).isPositive();
    assertThat(survey.readSeconds()).isPositive();
  }

  @Test
  void shouldSurveyWhatFollowsBadPictures() throws Exception {
    write(
        () -> {
          for (int i = 0; i < 20; i++) {
            example("id" + i, "gear", i < 8 ? ToyBackbone.BROKEN_PICTURE : i);
          }
        });

    BufferSurvey survey =
        BufferSurvey.of(clients, topics, BufferConfig.DEFAULTS, new ToyBackbone("facade", 10));

    assertThat(survey.sampled()).isPositive();
    assertThat(survey.secondsPerPicture()).isPositive();
  }

  @Test
  void shouldSurveyAnEmptyBuffer() throws Exception {
    BufferSurvey survey =
        BufferSurvey.of(clients, topics, BufferConfig.DEFAULTS, new ToyBackbone("facade", 10));

    assertThat(survey.pictures()).isZero();
    assertThat(survey.sampled()).isZero();
    assertThat(survey.readSeconds()).isPositive();
    assertThat(survey.secondsPerPicture()).isNaN();
  }
}
