package dev.imprint.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.augmentation.Recipe;
import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.labels.LabelChanges;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Embeddings of augmented views. */
class BufferViewsTest extends BufferSteps {
  private static final Recipe RECIPE = new Recipe(Augmentation.DEFAULTS.withViews(3), 1);

  @Test
  void shouldEmbedTheViewsOfNewExamplesAlone() throws Exception {
    write(
        () -> {
          example("id1", "gear", 1);
          example("id2", "nut", 2);
        });
    Map<String, List<Embedding>> first;
    try (Buffer buffer = startWithViews()) {
      first = views(buffer);
      assertThat(backbone.embedded).as("an original and three views of each").hasValue(8);
    }
    try (Buffer buffer = startWithViews()) {
      write(() -> example("id3", "nut", 3));
      Map<String, List<Embedding>> second = views(buffer);

      assertThat(backbone.embedded).hasValue(12);
      assertThat(second).containsOnlyKeys("id1", "id2", "id3");
      assertThat(second.get("id3")).hasSize(3);
      assertThat(of("id1", second).get(2)).isEqualTo(of("id1", first).get(2));
      assertThat(of("id1", second))
          .as("the views of two pictures differ")
          .isNotEqualTo(of("id2", second));
    }
  }

  /** By a request to forget it, by the leader's tombstones, and while views are embedded. */
  @Test
  void shouldForgetTheViewsOfAPictureWithIt() throws Exception {
    write(
        () -> {
          for (int i = 1; i <= 4; i++) {
            example("id" + i, i <= 2 ? "gear" : "nut", i);
          }
        });
    BufferConfig oneOfEach = new BufferConfig(1, 10, 100, 8, 0, 100, 0);
    try (Buffer buffer = startWithViews(oneOfEach)) {
      views(buffer);
      forget("id3");
      write(
          () ->
              buffer
                  .tombstones(e -> e.label().equals("gear"), LabelChanges.NONE)
                  .forEach(producer::send));
      write(() -> send(topics.pictures(), "id1", null)); // as the label processor does
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
      write(() -> example("id5", "nut", 5));
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
      int before = backbone.embedded.get();
      backbone.onEmbed =
          () -> {
            backbone.onEmbed = () -> {};
            forget("id5");
            await().until(() -> buffer.snapshot().count(e -> e.imageId().equals("id5")) == 0);
          };
      views(buffer);
      assertThat(backbone.embedded).hasValue(before + 3);
    }
    try (EmbeddingCache cache =
        EmbeddingCache.open(embeddings, backbone.id(), backbone.layers(), 100)) {
      for (int view = 0; view < 3; view++) {
        for (int gone : List.of(1, 3, 5)) {
          assertThat(cache.get(sha256(gone), RECIPE.view(sha256(gone), view))).isNull();
        }
        assertThat(cache.get(sha256(2), RECIPE.view(sha256(2), view))).isNotNull();
        assertThat(cache.get(sha256(4), RECIPE.view(sha256(4), view))).isNotNull();
      }
    }
  }

  @Test
  void shouldStopEmbeddingViewsWhenInterrupted() throws Exception {
    writeGears(1, 40);
    try (Buffer buffer = startWithViews()) {
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
      int originals = backbone.embedded.get();
      backbone.onEmbed = () -> Thread.currentThread().interrupt();

      assertThatThrownBy(() -> views(buffer)).isInstanceOf(InterruptedException.class);

      assertThat(backbone.embedded.get()).isLessThan(originals + 40 * 3);
    }
  }

  private static List<Embedding> of(String id, Map<String, List<Embedding>> views) {
    return Objects.requireNonNull(views.get(id));
  }

  private Buffer startWithViews() {
    return startWithViews(BufferConfig.DEFAULTS);
  }

  private Buffer startWithViews(BufferConfig config) {
    return start(config, new EmbeddingSource(Backbones.of(backbone), embeddings, RECIPE.id()));
  }

  private static Map<String, List<Embedding>> views(Buffer buffer) throws Exception {
    assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
    return buffer
        .pictures()
        .views(new ViewsToEmbed(RECIPE, 3, buffer.snapshot().examples()), left -> {});
  }
}
