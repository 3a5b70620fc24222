package dev.imprint.tensorflow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which batch norms can become part of the convolution before them. That is exact, up to rounding,
 * where the norm is all that sees the convolution's output.
 */
final class BatchNormFolding {
  private static final Set<String> CONVOLUTIONS = Set.of("Conv2D", "DepthwiseConv2D");

  private BatchNormFolding() {}

  /**
   * Finds the pairs.
   *
   * @param layers those that will be built
   * @param outputs names of the layers whose outputs are wanted
   * @return name of the convolution to the batch norm that it takes in
   */
  static Map<String, KerasLayer> plan(List<KerasLayer> layers, List<String> outputs) {
    Map<String, Integer> uses = new HashMap<>();
    Map<String, KerasLayer> byName = new HashMap<>();
    outputs.forEach(name -> uses.merge(name, 1, Integer::sum));
    for (KerasLayer layer : layers) {
      byName.put(layer.name(), layer);
      layer.inputs().forEach(name -> uses.merge(name, 1, Integer::sum));
    }
    Map<String, KerasLayer> plan = new HashMap<>();
    for (KerasLayer layer : layers) {
      List<String> inputs = layer.inputs();
      if (layer.className().equals("BatchNormalization") && inputs.size() == 1) {
        KerasLayer before = byName.get(inputs.get(0));
        if (before != null
            && CONVOLUTIONS.contains(before.className())
            && uses.getOrDefault(before.name(), 0) == 1) {
          plan.put(before.name(), layer);
        }
      }
    }
    return plan;
  }
}
