package dev.imprint.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.imprint.event.LabelRemoval;
import dev.imprint.event.Topics;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.labels.LabelChanges;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferSnapshotTest {
  @Test
  void shouldTakeTheOldestTrainingExamplesOfALabelOverItsCap() {
    BufferSnapshot snapshot =
        of(
            stored("old", "gear", 1),
            stored("older-holdout", "gear", 0),
            stored("new", "gear", 3),
            stored("newer", "gear", 4),
            stored("nut", "nut", 0));

    assertThat(snapshot.overCap(e -> !e.imageId().endsWith("holdout"), 2)).containsExactly("old");
    assertThat(snapshot.overCap(e -> true, 2)).containsExactly("old", "older-holdout");
    assertThat(snapshot.overCap(e -> true, 4)).isEmpty();
  }

  @Test
  void shouldWriteTombstonesThatNameTheLabelsTheyMean() {
    BufferSnapshot snapshot = of(stored("old", "gear", 1), stored("new", "gear", 2));

    assertThat(snapshot.tombstones(new Topics("x."), e -> true, 1))
        .extracting(
            r -> r.topic(),
            r -> r.partition(),
            r -> new String(r.key(), UTF_8),
            r -> r.value(),
            r -> LabelRemoval.of(r.headers()))
        .containsExactly(
            tuple("x.labels", 1, "old", null, new LabelRemoval("gear", Instant.ofEpochSecond(1))));
  }

  @Test
  void shouldCallLabelsWhatTheyAreCalledNowButRemoveThemByTheNameOnTheTopic() {
    BufferSnapshot snapshot =
        of(stored("a", "Gear", 1), stored("b", "gear", 2), stored("c", "nut", 3))
            .under(new LabelChanges(Map.of("Gear", "gear"), Set.of("nut")));

    assertThat(snapshot.examples())
        .extracting(Example::imageId, Example::label)
        .containsExactly(tuple("a", "gear"), tuple("b", "gear"));
    assertThat(snapshot.tombstones(new Topics("x."), e -> true, 1))
        .singleElement()
        .satisfies(
            record ->
                assertThat(LabelRemoval.of(record.headers()))
                    .isEqualTo(new LabelRemoval("Gear", Instant.ofEpochSecond(1))));
    assertThat(snapshot.under(LabelChanges.NONE).examples()).hasSize(3);
  }

  @Test
  void shouldCountNewAndChangedLabelsAgainstAManifest() {
    BufferSnapshot snapshot =
        of(stored("same", "gear", 1), stored("changed", "nut", 2), stored("new", "gear", 3));

    Map<String, String> manifest = Map.of("same", "gear", "changed", "gear", "forgotten", "gear");
    assertThat(snapshot.changedSince(manifest)).isEqualTo(2);
    assertThat(snapshot.changedSince(Map.of())).isEqualTo(3);
  }

  @Test
  void shouldLeaveOutTheRarestLabelsBeyondTheLimit() {
    BufferSnapshot.Stored[] all = {
      stored("a", "gear", 1), stored("b", "gear", 2), stored("c", "nut", 3), stored("d", "axle", 4)
    };
    BufferSnapshot snapshot = BufferSnapshot.of(List.of(all), 2);

    assertThat(snapshot.examples()).extracting(Example::imageId).containsExactly("a", "b", "d");
    assertThat(snapshot.labelsLeftOut()).isEqualTo(1);
    BufferSnapshot merged =
        snapshot.under(new LabelChanges(Map.of("axle", "nut"), Set.of("retired")));
    assertThat(merged.examples()).hasSize(4);
    assertThat(merged.labelsLeftOut()).as("a former name is no label").isZero();
    BufferSnapshot retired = snapshot.under(new LabelChanges(Map.of(), Set.of("gear")));
    assertThat(retired.examples()).extracting(Example::imageId).containsExactly("c", "d");
    assertThat(retired.labelsLeftOut()).as("nor is a retired one").isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, 10, 1, 0, 0, buffer.max_per_label",
    "1, 1, 10, 1, 0, 0, buffer.max_labels",
    "1, 10, 1, 1, 0, 0, buffer.max_examples",
    "1, 10, 10, 0, 0, 0, buffer.embed_batch",
    "1, 10, 10, 1, -1, 0, buffer.embed_pause_ms",
    "1, 10, 10, 1, 0, -1, buffer.cache_entries"
  })
  void shouldRefuseSettingsThatCannotWork(
      int perLabel, int labels, int examples, int batch, long pause, int cache, String key) {
    assertThatThrownBy(() -> new BufferConfig(perLabel, labels, examples, batch, pause, cache, 0))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(key);
  }

  private static BufferSnapshot of(BufferSnapshot.Stored... stored) {
    return BufferSnapshot.of(List.of(stored), 10);
  }

  private static BufferSnapshot.Stored stored(String id, String label, long second) {
    Instant at = Instant.ofEpochSecond(second);
    return new BufferSnapshot.Stored(
        new Example(id, label, "sha-" + id, null, at, Embedding.of(1)),
        1,
        new BufferIndex.IndexedPicture(new Position(1, 0), "sha-" + id, "sha-" + id));
  }
}
