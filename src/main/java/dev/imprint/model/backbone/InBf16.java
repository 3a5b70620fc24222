package dev.imprint.model.backbone;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backbone of which another network, the same in bf16, computes the embeddings: heads that were
 * trained on the exact ones take these, too. Closing it closes that network alone.
 *
 * @param exact stays open as long as this
 * @param fast the same network in bf16
 */
public record InBf16(Backbone exact, Backbone fast) implements Backbone {
  @Override
  public String id() {
    return exact.id();
  }

  @Override
  public boolean isExtra() {
    return true;
  }

  @Override
  public Backbone tuned(byte[] weights) throws IOException {
    return exact.tuned(weights);
  }

  @Override
  public int dimension() {
    return exact.dimension();
  }

  @Override
  public EmbeddingLayers layers() {
    return exact.layers();
  }

  @Override
  public @Nullable Backbone lastLayerAlone() {
    Backbone last = exact.lastLayerAlone();
    return last == null ? null : new LastLayerAlone(this, last.id());
  }

  @Override
  public ImageDecoder decoder() {
    return exact.decoder();
  }

  @Override
  public int mostAPass() {
    return fast.mostAPass();
  }

  @Override
  public String precision() {
    return "bf16";
  }

  @Override
  public float[][] embed(List<Pixels> images) {
    return fast.embed(images);
  }

  @Override
  public float[][] embedEach(List<Pixels> images) {
    return fast.embedEach(images);
  }

  @Override
  public void close() {
    fast.close();
  }
}
