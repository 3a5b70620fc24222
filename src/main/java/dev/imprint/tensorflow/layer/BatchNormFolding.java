package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which batch norms can be folded into an adjacent convolution or Dense. That is exact, up to
 * rounding, if nothing else uses the output between the two, and neither is called twice. Whether a
 * norm is over channels is only known once the shapes are: {@link #isOverChannels}.
 *
 * @param after ids of layers to the norms that take their output
 * @param before ids of norms to those of the layers that take theirs; none of these norms is in
 *     {@code after}
 */
public record BatchNormFolding(Map<String, KerasNode> after, Map<String, String> before) {
  public static final BatchNormFolding NONE = new BatchNormFolding(Map.of(), Map.of());

  private static final Set<String> BEHIND_WHICH =
      Set.of("Conv2D", "Dense", "DepthwiseConv2D", "SeparableConv2D");

  /** Not SeparableConv2D: there is no bias between its two kernels to take the shift. */
  private static final Set<String> BEFORE_WHICH = Set.of("Conv2D", "Dense", "DepthwiseConv2D");

  public BatchNormFolding {
    after = Map.copyOf(after);
    before = Map.copyOf(before);
  }

  /**
   * Finds the pairs.
   *
   * @param nodes those that will be built
   * @param outputs those whose outputs are requested
   */
  public static BatchNormFolding plan(List<KerasNode> nodes, Collection<KerasNode> outputs) {
    Map<String, Integer> uses = KerasNetwork.uses(nodes, outputs);
    Map<String, Integer> calls = new HashMap<>();
    nodes.forEach(node -> calls.merge(node.layer().path(), 1, Integer::sum));
    Map<String, KerasNode> alone = new HashMap<>(); // called once, and used once
    nodes.stream()
        .filter(node -> once(uses, node.id()) && once(calls, node.layer().path()))
        .forEach(node -> alone.put(node.id(), node));
    Map<String, KerasNode> after = new HashMap<>();
    Map<String, String> before = new HashMap<>();
    for (KerasNode node : nodes) { // each after its inputs
      List<KerasNode> inputs = node.inputs().filter(alone::containsKey).map(alone::get).toList();
      if (inputs.size() != 1 || !once(calls, node.layer().path())) {
        continue;
      }
      KerasNode input = inputs.get(0);
      if (isNorm(node) && BEHIND_WHICH.contains(input.layer().className()) && isLinear(input)) {
        after.put(input.id(), node);
      } else if (isNorm(input) && seesNoBorder(node) && !after.containsValue(input)) {
        before.put(input.id(), node.id());
      }
    }
    return new BatchNormFolding(after, before);
  }

  private static boolean once(Map<String, Integer> counts, String key) {
    return counts.getOrDefault(key, 0) == 1;
  }

  private static boolean isNorm(KerasNode node) {
    return node.layer().className().equals("BatchNormalization");
  }

  private static boolean isLinear(KerasNode convolution) {
    return convolution.layer().config().path("activation").asText("linear").equals("linear")
        && !convolution.layer().config().path("activation").isObject();
  }

  /** The zeros around its input do not pass through the norm, so a kernel must not reach them. */
  private static boolean seesNoBorder(KerasNode node) {
    if (!BEFORE_WHICH.contains(node.layer().className())) {
      return false;
    }
    LayerOptions options = new LayerOptions(node.layer());
    return node.layer().className().equals("Dense")
        || options.get("padding").asText().equals("valid")
        || IntStream.of(options.list("kernel_size").integers()).allMatch(side -> side == 1);
  }

  /**
   * @param rank of the norm's input
   */
  static boolean isOverChannels(KerasNode norm, int rank) {
    return new LayerOptions(norm.layer()).list("axis").axis(rank) == rank - 1;
  }
}
