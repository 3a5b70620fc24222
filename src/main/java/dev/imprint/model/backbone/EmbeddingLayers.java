package dev.imprint.model.backbone;

import java.util.List;

/** The layers of a network whose outputs make up an embedding, in order; at least one. */
public record EmbeddingLayers(List<Layer> all) {

  /**
   * @param size how many numbers it contributes
   */
  public record Layer(String name, int size) {}

  public EmbeddingLayers {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("an embedding needs at least one layer");
    }
  }

  /** A single one. */
  public static EmbeddingLayers ofOne(int size) {
    return new EmbeddingLayers(List.of(new Layer("embedding", size)));
  }

  /** Length of an embedding. */
  public int dimension() {
    return all.stream().mapToInt(Layer::size).sum();
  }

  /** The last one, which is the network's usual embedding. */
  public Layer last() {
    return all.get(all.size() - 1);
  }

  /** Without all but the last one. */
  public EmbeddingLayers lastAlone() {
    return new EmbeddingLayers(List.of(last()));
  }
}
