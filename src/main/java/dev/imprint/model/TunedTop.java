package dev.imprint.model;

import dev.imprint.model.backbone.Backbone;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The fine-tuned weights of a network's last layers; the others are the pretrained ones.
 *
 * @param backboneId the {@link Backbone#id()} of the network with its pretrained weights
 * @param weights with different names, at least one
 */
public record TunedTop(String backboneId, List<Weight> weights) {
  /**
   * One variable.
   *
   * @param layer path of its layer, for people
   * @param name of the variable among the network's
   * @param shape as in the Keras file
   * @param values in C order; not copied, so they must not be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy would double megabytes
  public record Weight(String layer, String name, List<Integer> shape, float[] values) {
    /**
     * @throws IllegalArgumentException if the sizes do not match or a number is not finite
     */
    public Weight {
      shape = List.copyOf(shape);
      long size = 1;
      for (int side : shape) {
        size = side < 1 ? -1 : Math.multiplyExact(size, side);
      }
      if (size != values.length) {
        throw new IllegalArgumentException(
            "%d values for '%s' of the shape %s".formatted(values.length, layer, shape));
      }
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException(
              "a weight of '%s' is not a finite number".formatted(layer));
        }
      }
    }
  }

  /** Paths of the layers, from the network's input on. */
  public List<String> layers() {
    return weights.stream().map(Weight::layer).distinct().toList();
  }

  /**
   * @throws IllegalArgumentException if there are none, or two of the same name
   */
  public TunedTop {
    weights = List.copyOf(weights);
    Set<String> names = new HashSet<>();
    for (Weight weight : weights) {
      if (!names.add(weight.name())) {
        throw new IllegalArgumentException("two weights are named '%s'".formatted(weight.name()));
      }
    }
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("at least one weight is needed");
    }
  }
}
