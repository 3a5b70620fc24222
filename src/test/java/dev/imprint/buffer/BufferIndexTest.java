package dev.imprint.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.BufferIndex.IndexedPicture;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.backbone.Embedding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BufferIndexTest {
  private static final Embedding EMBEDDING = Embedding.of(1, 2);

  private final BufferIndex index = new BufferIndex(100);

  @Test
  void shouldMakeAnExampleOfALabelBeforeItsPicture() {
    index.label("a", 0, label("a", "gear", "bytes"));
    assertThat(examples()).isEmpty();
    index.picture("a", picture(0, 7, "bytes"));
    assertThat(examples()).isEmpty();
    index.embedded(new Position(0, 7), EMBEDDING);

    assertThat(examples()).singleElement().extracting(Example::label).isEqualTo("gear");
  }

  @Test
  void shouldMakeAnExampleOfAPictureBeforeItsLabel() {
    index.picture("a", picture(0, 7, "bytes"));
    index.embedded(new Position(0, 7), EMBEDDING);
    assertThat(examples()).isEmpty();
    index.label("a", 0, label("a", "gear", "bytes"));

    Example example = examples().get(0);
    assertThat(example.imageId()).isEqualTo("a");
    assertThat(example.sha256()).isEqualTo(sha("bytes"));
    assertThat(example.embedding()).isEqualTo(EMBEDDING);
  }

  @Test
  void shouldRelabelWithoutEmbeddingAnew() {
    example("a", "gear");
    index.label("a", 0, label("a", "nut", "a"));

    assertThat(index.pendingCount()).isZero();
    assertThat(examples()).singleElement().extracting(Example::label).isEqualTo("nut");
  }

  @Test
  void shouldTakeOutWhatHasATombstoneOnEitherTopic() {
    example("a", "gear");
    example("b", "gear");
    index.label("a", 0, null);
    index.picture("b", null);

    assertThat(examples()).isEmpty();
    assertThat(index.digests()).containsExactly(sha("a"));
    index.picture("a", null);
    index.label("b", 0, null);
    assertThat(index.digests()).isEmpty();
  }

  @Test
  void shouldNotWaitForAPictureThatWasTakenOut() {
    index.picture("a", picture(0, 7, "bytes"));
    index.picture("a", null);

    assertThat(index.pendingCount()).isZero();
    index.embedded(new Position(0, 7), EMBEDDING);
    assertThat(index.digests()).isEmpty();
  }

  @Test
  void shouldNotPairTheNewLabelOfAReusedIdWithTheOldPicture() {
    index.picture("a", picture(0, 1, "old"));
    index.label("a", 0, label("a", "gear", "old"));
    index.embedded(new Position(0, 1), EMBEDDING);
    index.label("a", 0, label("a", "nut", "new"));
    assertThat(examples()).isEmpty();
    index.picture("a", picture(0, 2, "new"));
    assertThat(examples()).isEmpty();
    index.embedded(new Position(0, 2), Embedding.of(3, 4));

    Example example = examples().get(0);
    assertThat(example.label()).isEqualTo("nut");
    assertThat(example.embedding()).isEqualTo(Embedding.of(3, 4));
  }

  @Test
  void shouldPairAReencodedPictureWithTheLabelOfItsOriginal() {
    index.label("a", 0, label("a", "gear", "original"));
    index.picture("a", new IndexedPicture(new Position(0, 1), sha("smaller"), sha("original")));
    index.embedded(new Position(0, 1), EMBEDDING);

    assertThat(examples()).singleElement().extracting(Example::sha256).isEqualTo(sha("original"));
    index.label("a", 0, label("a", "nut", "new"));
    assertThat(examples()).isEmpty();
  }

  @Test
  void shouldPairAReencodedPictureOfAnOlderReleaseThoughItsOriginalIsNotKnown() {
    index.label("a", 0, label("a", "gear", "original"));
    index.picture("a", new IndexedPicture(new Position(0, 1), sha("smaller"), null));
    index.embedded(new Position(0, 1), EMBEDDING);

    assertThat(examples()).singleElement().extracting(Example::sha256).isEqualTo(sha("original"));
  }

  @Test
  void shouldKeepTheEmbeddingOfTheSameBytesSentAgain() {
    example("a", "gear");
    index.picture("a", picture(0, 900, "a"));

    assertThat(index.pendingCount()).isZero();
    assertThat(examples()).hasSize(1);
  }

  @Test
  void shouldEmbedTheSameBytesThatCameAgainWhileTheirFirstRecordWasCompactedAway() {
    index.picture("a", picture(0, 1, "bytes"));
    index.gone(new Position(0, 1));
    index.picture("a", picture(0, 2, "bytes"));

    assertThat(index.pending(10))
        .extracting(IndexedPicture::at)
        .containsExactly(new Position(0, 2));
  }

  @Test
  void shouldNotTryAgainWhatWasLeftOut() {
    index.picture("a", picture(0, 1, "broken"));
    assertThat(index.leaveOut(new Position(0, 1))).isEqualTo("a");
    index.picture("a", picture(0, 2, "broken"));

    assertThat(index.pendingCount()).isZero();
  }

  @Test
  void shouldHandOutNoMoreThanThereIsRoomForAndGoOnOnceThereIs() {
    BufferIndex small = new BufferIndex(1);
    small.picture("a", picture(0, 1, "a"));
    small.picture("b", picture(0, 2, "b"));
    assertThat(small.pending(10)).hasSize(1);
    small.embedded(new Position(0, 1), EMBEDDING);
    assertThat(small.isFull()).isTrue();
    assertThat(small.pending(10)).isEmpty();
    assertThat(small.pendingBefore(Map.of(0, 3L))).isFalse();

    small.picture("a", null);
    assertThat(small.isFull()).isFalse();
    assertThat(small.pending(10))
        .extracting(IndexedPicture::at)
        .containsExactly(new Position(0, 2));
  }

  @Test
  void shouldKnowWhetherPicturesBeforeAnOffsetWait() {
    index.picture("a", picture(1, 5, "a"));

    assertThat(index.pendingBefore(Map.of(0, 9L, 1, 5L))).isFalse();
    assertThat(index.pendingBefore(Map.of(0, 9L, 1, 6L))).isTrue();
  }

  @Test
  void shouldNotChangeASnapshotThatWasHandedOut() {
    example("a", "gear");
    BufferSnapshot before = index.snapshot(10);
    index.label("a", 0, null);

    assertThat(before.examples()).hasSize(1);
  }

  private void example(String id, String label) {
    IndexedPicture picture = picture(0, id.charAt(0), id);
    index.label(id, 0, label(id, label, id));
    index.picture(id, picture);
    index.embedded(picture.at(), EMBEDDING);
  }

  private List<Example> examples() {
    return index.snapshot(10).examples();
  }

  private static IndexedPicture picture(int partition, long offset, String bytes) {
    return new IndexedPicture(new Position(partition, offset), sha(bytes), sha(bytes));
  }

  private static Label label(String id, String label, String bytes) {
    Claim claim = new Claim("images", 0, 1, sha(bytes));
    return new Label(id, label, claim, null, "anna", Instant.EPOCH, claim);
  }

  private static String sha(String bytes) {
    return Sha256.hex(bytes.getBytes(UTF_8));
  }
}
