package dev.imprint.tensorflow;

import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The blocks of a network, found by its structure: between two blocks a single tensor passes. A
 * block is as much as lies between two places where branches start or come together, such as one
 * inverted residual; in a network without branches, as much as has one resolution.
 */
final class NetworkBlocks {
  /** Squeeze-and-excitation branches off and multiplies; it is a part of a block. */
  private static final String GATE = "Multiply";

  private final List<KerasNode> nodes;
  private final Predicate<KerasNode> learns;

  private NetworkBlocks(List<KerasNode> nodes, Predicate<KerasNode> learns) {
    this.nodes = nodes;
    this.learns = learns;
  }

  /**
   * One block.
   *
   * @param nodes each after its inputs
   * @param learning paths of its layers with weights that can learn; at least one, except in a
   *     network that has none
   */
  record Block(List<KerasNode> nodes, List<String> learning) {
    Block {
      nodes = List.copyOf(nodes);
      learning = List.copyOf(learning);
    }
  }

  /**
   * @param nodes up to the network's last embedding layer, each after its inputs
   * @param learns whether a node's layer has weights that can learn
   * @return from the picture to the embedding
   */
  static List<Block> of(List<KerasNode> nodes, Predicate<KerasNode> learns) {
    return new NetworkBlocks(nodes, learns).find();
  }

  private List<Block> find() {
    List<Integer> narrow = narrow();
    TreeSet<Integer> ends = ofBranches(narrow);
    if (ends.isEmpty()) {
      ends = ofResolutions(narrow);
    }
    ends.add(nodes.size() - 1);
    List<Block> blocks = new ArrayList<>();
    int from = 0;
    for (int end : ends) {
      Block block = block(nodes.subList(from, end + 1));
      if (block.learning().isEmpty() && blocks.isEmpty()) { // padding: it belongs to the next
        continue;
      }
      from = end + 1;
      if (block.learning().isEmpty()) { // pooling, or an activation
        Block before = blocks.remove(blocks.size() - 1);
        List<KerasNode> both = new ArrayList<>(before.nodes());
        both.addAll(block.nodes());
        block = block(both);
      }
      blocks.add(block);
    }
    return blocks;
  }

  private Block block(List<KerasNode> its) {
    return new Block(
        its, its.stream().filter(learns).map(node -> node.layer().path()).distinct().toList());
  }

  /** Positions after which only the node's own output is used. */
  private List<Integer> narrow() {
    Map<String, Integer> positions = new HashMap<>();
    int[] lastUse = new int[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      int user = i;
      nodes.get(i).inputs().forEach(id -> lastUse[positions.getOrDefault(id, user)] = user);
      positions.put(nodes.get(i).id(), i);
    }
    List<Integer> narrow = new ArrayList<>();
    int longest = 0;
    for (int i = 0; i < nodes.size(); i++) {
      if (longest <= i) {
        narrow.add(i);
      }
      longest = Math.max(longest, lastUse[i]);
    }
    return narrow;
  }

  private TreeSet<Integer> ofBranches(List<Integer> narrow) {
    TreeSet<Integer> ends = new TreeSet<>();
    for (int i = 1; i < narrow.size(); i++) {
      boolean branched = narrow.get(i) - narrow.get(i - 1) > 1;
      String merge = nodes.get(narrow.get(i)).layer().className();
      if (branched && !merge.endsWith(GATE)) {
        ends.add(narrow.get(i - 1));
        ends.add(narrow.get(i));
      }
    }
    return ends;
  }

  private TreeSet<Integer> ofResolutions(List<Integer> narrow) {
    TreeSet<Integer> ends = new TreeSet<>();
    for (int i = 1; i < narrow.size(); i++) {
      if (isSmaller(nodes.get(narrow.get(i)).layer())) {
        ends.add(narrow.get(i - 1));
      }
    }
    return ends;
  }

  /** Whether its output has a lower resolution than its input. */
  private static boolean isSmaller(KerasLayer layer) {
    if (layer.className().matches("(Max|Average)Pooling2D")) {
      return true;
    }
    var strides = layer.config().path("strides");
    return layer.className().contains("Conv")
        && (strides.asInt(1) > 1
            || IntStream.range(0, strides.size()).anyMatch(axis -> strides.get(axis).asInt() > 1));
  }
}
