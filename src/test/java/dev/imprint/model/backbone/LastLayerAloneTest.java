package dev.imprint.model.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.backbone.EmbeddingLayers.Layer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LastLayerAloneTest {
  private final Whole whole = new Whole("new", "old");

  @Test
  void shouldGiveTheEndOfTheWholeEmbedding() {
    Backbone last = whole.lastLayerAlone();

    assertThat(last.dimension()).isEqualTo(2);
    assertThat(last.embed(List.of(new Pixels(1, 1, new float[] {7, 0, 0})))[0])
        .containsExactly(8, 9);
    assertThat(last.embedEach(List.of(new Pixels(1, 1, new float[] {7, 0, 0})))[0])
        .containsExactly(8, 9);
  }

  @Test
  void shouldBeFoundAmongTheOpenBackbones() {
    Backbones open = Backbones.of(whole);

    assertThat(open.withId("new")).isSameAs(whole);
    assertThat(open.withId("old")).isInstanceOf(LastLayerAlone.class);
    assertThat(open.withId("other")).isNull();
    assertThat(open.all()).containsExactly(whole);
  }

  @Test
  void shouldGiveWayToABackboneThatHasItsId() {
    Whole old = new Whole("old", "oldest");

    assertThat(new Backbones(old, whole).withId("old")).isSameAs(old);
  }

  @Test
  void shouldBeTheEndOfTheSameNetworkInBf16() {
    Whole fast = new Whole("new", "old");
    Backbone last = new InBf16(whole, fast).withId("old");

    assertThat(last).isNotNull().extracting(Backbone::precision).isEqualTo("bf16");
    assertThat(last.isExtra()).isTrue();
    last.close();
    assertThat(fast.closed.get()).isEqualTo(1);
    assertThat(whole.closed.get()).as("the exact one stays open").isZero();
  }

  @Test
  void shouldCloseTheWhole() {
    whole.lastLayerAlone().close();

    assertThat(whole.closed.get()).isEqualTo(1);
  }

  /** Embeds a picture of one number as that number and the two after it. */
  private static final class Whole implements Backbone {
    final AtomicInteger closed = new AtomicInteger();
    private final String id;
    private final String idOfLast;

    Whole(String id, String idOfLast) {
      this.id = id;
      this.idOfLast = idOfLast;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public int dimension() {
      return 3;
    }

    @Override
    public EmbeddingLayers layers() {
      return new EmbeddingLayers(List.of(new Layer("early", 1), new Layer("late", 2)));
    }

    @Override
    public Backbone lastLayerAlone() {
      return new LastLayerAlone(this, idOfLast);
    }

    @Override
    public ImageDecoder decoder() {
      throw new UnsupportedOperationException("nothing is decoded");
    }

    @Override
    public float[][] embed(List<Pixels> images) {
      return images.stream()
          .map(image -> image.values()[0])
          .map(number -> new float[] {number, number + 1, number + 2})
          .toArray(float[][]::new);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
