package dev.imprint.model.serving;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.NoBackbone;
import dev.imprint.model.head.Head;
import java.util.List;

/** A head that behaves like a native session: a call after closing fails. */
final class NativeHead implements Head {
  private static final Backbone BACKBONE = new NoBackbone("b", 1);

  /** How many times. */
  volatile int closed;

  ServingModel model() {
    return new ServingModel("v1", BACKBONE, this);
  }

  @Override
  public String backboneId() {
    return BACKBONE.id();
  }

  @Override
  public List<String> labels() {
    return List.of("nut");
  }

  @Override
  public int dimension() {
    return 1;
  }

  @Override
  public float[][] probabilities(float[][] embeddings) {
    if (closed > 0) {
      throw new IllegalStateException("closed");
    }
    return new float[][] {{1}};
  }

  @Override
  public void close() {
    synchronized (this) {
      closed++;
    }
  }
}
