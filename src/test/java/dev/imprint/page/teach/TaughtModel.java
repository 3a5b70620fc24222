package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import java.util.List;
import java.util.Map;

/** A head that tells nuts from gears by the embeddings that a test makes up. */
final class TaughtModel {
  private TaughtModel() {}

  /**
   * @param forNuts weights for nuts, one for each of an embedding's numbers
   */
  static CurrentModel of(float[] forNuts, Map<Claim, Embedding> embeddings) {
    float[] weights = new float[2 * forNuts.length];
    for (int i = 0; i < forNuts.length; i++) {
      weights[2 * i] = forNuts[i];
    }
    DenseHead head = new DenseHead("made up", List.of("nut", "gear"), weights, new float[2]);
    return new CurrentModel(
        Lease.of(new ServingModel("v2", new MadeUp(forNuts.length), head)), embeddings);
  }

  private record MadeUp(int dimension) implements Backbone {
    @Override
    public String id() {
      return "made up";
    }

    @Override
    public ImageDecoder decoder() {
      throw new UnsupportedOperationException();
    }

    @Override
    public float[][] embed(List<Pixels> images) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
