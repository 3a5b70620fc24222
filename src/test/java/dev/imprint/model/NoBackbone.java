package dev.imprint.model;

import java.util.List;

/** A backbone that is never asked for an embedding. */
public record NoBackbone(String id, int dimension) implements Backbone {
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
