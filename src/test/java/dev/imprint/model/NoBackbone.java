package dev.imprint.model;

import java.util.List;

/** The backbone {@code b}, which is never asked for an embedding. */
record NoBackbone(int dimension) implements Backbone {
  @Override
  public String id() {
    return "b";
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
