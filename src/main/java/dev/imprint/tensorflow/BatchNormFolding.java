package dev.imprint.tensorflow;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which batch norms can become part of the convolution before them. That is exact, up to rounding,
 * where the norm is all that sees the convolution's output, and neither is called twice.
 */
final class BatchNormFolding {
  private static final Set<String> CONVOLUTIONS =
      Set.of("Conv2D", "DepthwiseConv2D", "SeparableConv2D");

  private BatchNormFolding() {}

  /**
   * Finds the pairs.
   *
   * @param nodes those that will be built
   * @param outputs those whose outputs are wanted
   * @return id of the convolution to the batch norm that it takes in
   */
  static Map<String, KerasNode> plan(List<KerasNode> nodes, Collection<KerasNode> outputs) {
    Map<String, Integer> uses = KerasNetwork.uses(nodes, outputs);
    Map<String, KerasNode> byId = new HashMap<>();
    Map<String, Integer> calls = new HashMap<>();
    for (KerasNode node : nodes) {
      byId.put(node.id(), node);
      calls.merge(node.layer().path(), 1, Integer::sum);
    }
    Map<String, KerasNode> plan = new HashMap<>();
    for (KerasNode norm : nodes) {
      if (!norm.layer().className().equals("BatchNormalization")
          || !once(calls, norm.layer().path())) {
        continue;
      }
      norm.inputs()
          .map(byId::get)
          .filter(node -> CONVOLUTIONS.contains(node.layer().className()))
          .filter(node -> once(uses, node.id()) && once(calls, node.layer().path()))
          .filter(BatchNormFolding::isLinear)
          .filter(node -> overChannels(norm))
          .forEach(node -> plan.put(node.id(), norm));
    }
    return plan;
  }

  private static boolean once(Map<String, Integer> counts, String key) {
    return counts.getOrDefault(key, 0) == 1;
  }

  private static boolean isLinear(KerasNode convolution) {
    return convolution.layer().config().path("activation").asText("linear").equals("linear")
        && !convolution.layer().config().path("activation").isObject();
  }

  private static boolean overChannels(KerasNode norm) {
    int axis = new LayerOptions(norm.layer()).list("axis").axis(4);
    return axis == 3;
  }
}
