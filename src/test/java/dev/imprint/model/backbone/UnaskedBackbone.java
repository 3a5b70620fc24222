package dev.imprint.model.backbone;

import java.util.List;

/** A backbone that is asked for neither pixels nor embeddings. */
public interface UnaskedBackbone extends Backbone {
  @Override
  default ImageDecoder decoder() {
    throw new UnsupportedOperationException("nothing is decoded here");
  }

  @Override
  default float[][] embed(List<Pixels> images) {
    throw new UnsupportedOperationException("nothing is embedded here");
  }

  @Override
  default void close() {}
}
