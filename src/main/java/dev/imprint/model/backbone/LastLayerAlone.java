package dev.imprint.model.backbone;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The last layer of an open backbone as a backbone of its own: what the same network gives if it is
 * described with that layer only. So heads that were trained before layers were added go on
 * serving, without a second network in memory. Closing it closes the whole.
 *
 * @param id of the backbone described with that layer only
 */
public record LastLayerAlone(Backbone whole, String id) implements Backbone {
  @Override
  public boolean isExtra() {
    return whole.isExtra();
  }

  @Override
  public Backbone tuned(byte[] weights) throws IOException {
    return whole.tuned(weights);
  }

  @Override
  public int dimension() {
    return whole.layers().last().size();
  }

  @Override
  public EmbeddingLayers layers() {
    return whole.layers().lastAlone();
  }

  @Override
  public ImageDecoder decoder() {
    return whole.decoder();
  }

  @Override
  public int mostAPass() {
    return whole.mostAPass();
  }

  @Override
  public String precision() {
    return whole.precision();
  }

  @Override
  public float[][] embed(List<Pixels> images) {
    return ends(whole.embed(images));
  }

  @Override
  public float[][] embedEach(List<Pixels> images) {
    return ends(whole.embedEach(images));
  }

  private float[][] ends(float[][] embeddings) {
    int from = whole.dimension() - dimension();
    return Arrays.stream(embeddings)
        .map(all -> Arrays.copyOfRange(all, from, all.length))
        .toArray(float[][]::new);
  }

  @Override
  public void close() {
    whole.close();
  }
}
