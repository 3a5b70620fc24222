package dev.imprint.tensorflow;

import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.keras.KerasWeights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a network is divided for fine-tuning: the part before it is frozen, the top learns.
 *
 * @param frozen the nodes before it that the top or an embedding layer needs, each after its inputs
 * @param top the nodes behind it, each after its inputs
 * @param passing nodes of the frozen part whose outputs the top takes
 * @param ends the embedding layers' nodes, in order; some may be in the frozen part
 * @param blocks paths of the layers that learn, with the distance of their block from the last one
 */
public record Cut(
    List<KerasNode> frozen,
    List<KerasNode> top,
    List<KerasNode> passing,
    List<KerasNode> ends,
    Map<String, Integer> blocks) {
  /** More tensors than this would take more space on disk than they save time. */
  private static final int MOST_PASSING = 4;

  /** Their weights are used as in serving. */
  private static final Set<String> NEVER_LEARNING = Set.of("BatchNormalization", "Normalization");

  private static final int NAMED = 5;

  public Cut {
    frozen = List.copyOf(frozen);
    top = List.copyOf(top);
    passing = List.copyOf(passing);
    ends = List.copyOf(ends);
    blocks = Map.copyOf(blocks);
  }

  /**
   * @param description names its layers
   * @throws KerasImportException if the network cannot be divided there
   */
  public static Cut of(BackboneDescription description, KerasFile file, LearningPart part) {
    KerasNetwork network = new KerasNetwork(KerasModelParser.parse(file.config()));
    List<KerasNode> ends = description.embeddingLayers().stream().map(network::last).toList();
    List<KerasNode> nodes = network.upTo(ends);
    List<NetworkBlocks.Block> blocks = blocks(network, ends, file.weights());
    Set<String> first = part.from() == null ? ofBlocks(blocks, part) : named(nodes, part.from());
    List<KerasNode> top = behind(nodes, first);
    Set<String> inTop = top.stream().map(KerasNode::id).collect(Collectors.toSet());
    List<KerasNode> frozen = nodes.stream().filter(node -> !inTop.contains(node.id())).toList();
    Set<String> taken = top.stream().flatMap(KerasNode::inputs).collect(Collectors.toSet());
    List<KerasNode> passing = frozen.stream().filter(node -> taken.contains(node.id())).toList();
    requireFew(passing, top.get(0));
    return new Cut(frozen, top, passing, ends, learning(frozen, top, blocks, file.weights()));
  }

  /** The blocks up to the embedding layer that most of the network comes before. */
  static List<NetworkBlocks.Block> blocks(
      KerasNetwork network, List<KerasNode> ends, KerasWeights weights) {
    List<KerasNode> longest =
        ends.stream()
            .map(end -> network.upTo(List.of(end)))
            .max(Comparator.comparingInt(List::size))
            .orElseThrow();
    return NetworkBlocks.of(longest, node -> canLearn(node, weights));
  }

  private static boolean canLearn(KerasNode node, KerasWeights weights) {
    return !node.passesOn()
        && !node.layer().isInput()
        && !node.layer().isOp()
        && !NEVER_LEARNING.contains(node.layer().className())
        && weights.numbers(node.layer()) > 0;
  }

  private static Set<String> ofBlocks(List<NetworkBlocks.Block> blocks, LearningPart part) {
    int number = part.lastBlocks();
    if (number >= blocks.size()) {
      throw new KerasImportException(
          ("training.fine_tune.last_blocks is %d, but the network can be divided before its last %d"
                  + " blocks at most: imprint backbone inspect lists them")
              .formatted(number, blocks.size() - 1));
    }
    return blocks.subList(blocks.size() - number, blocks.size()).stream()
        .flatMap(block -> block.nodes().stream())
        .map(KerasNode::id)
        .collect(Collectors.toSet());
  }

  private static Set<String> named(List<KerasNode> nodes, String prefix) {
    Set<String> named =
        nodes.stream()
            .filter(node -> !node.layer().isInput())
            .filter(
                node ->
                    node.layer().path().startsWith(prefix)
                        || node.layer().name().startsWith(prefix))
            .map(KerasNode::id)
            .collect(Collectors.toSet());
    if (named.isEmpty()) {
      throw new KerasImportException(
          ("training.fine_tune.from is '%s', but no layer before the embedding has a name that starts"
                  + " with it; the last ones are %s (imprint backbone inspect lists all)")
              .formatted(prefix, lastOf(nodes)));
    }
    return named;
  }

  private static List<String> lastOf(List<KerasNode> nodes) {
    return nodes.stream()
        .map(node -> node.layer().path())
        .distinct()
        .skip(Math.max(0, nodes.size() - NAMED))
        .toList();
  }

  /** These and all that depend on them. */
  private static List<KerasNode> behind(List<KerasNode> nodes, Set<String> first) {
    Set<String> ids = new HashSet<>(first);
    List<KerasNode> behind = new ArrayList<>();
    for (KerasNode node : nodes) { // each after its inputs
      if (ids.contains(node.id()) || node.inputs().anyMatch(ids::contains)) {
        ids.add(node.id());
        behind.add(node);
      }
    }
    return behind;
  }

  private static void requireFew(List<KerasNode> passing, KerasNode first) {
    if (passing.size() > MOST_PASSING) {
      throw new KerasImportException(
          ("training.fine_tune: %d tensors pass from before '%s' to the layers after it, but at most"
                  + " %d can be kept for each view: start at another layer (imprint backbone inspect"
                  + " lists the blocks)")
              .formatted(passing.size(), first.layer().path(), MOST_PASSING));
    }
  }

  /** A layer that is called before the cut as well stays as it is. */
  private static Map<String, Integer> learning(
      List<KerasNode> frozen,
      List<KerasNode> top,
      List<NetworkBlocks.Block> blocks,
      KerasWeights weights) {
    Map<String, Integer> distances = new HashMap<>();
    for (int i = 0; i < blocks.size(); i++) {
      int distance = blocks.size() - 1 - i;
      blocks.get(i).learning().forEach(layer -> distances.put(layer, distance));
    }
    Set<String> before =
        frozen.stream().map(node -> node.layer().path()).collect(Collectors.toSet());
    Set<String> layers =
        top.stream()
            .filter(node -> canLearn(node, weights))
            .map(node -> node.layer().path())
            .filter(layer -> !before.contains(layer))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (layers.isEmpty()) {
      throw new KerasImportException(
          ("training.fine_tune: no layer from '%s' to the embedding has weights that learn (batch"
                  + " norms are frozen): start earlier")
              .formatted(top.get(0).layer().path()));
    }
    Map<String, Integer> its = new LinkedHashMap<>();
    layers.forEach(layer -> its.put(layer, distances.getOrDefault(layer, 0)));
    return its;
  }

  /** The embedding layers before the cut, in order. */
  public List<KerasNode> frozenEnds() {
    Set<String> inTop = top.stream().map(KerasNode::id).collect(Collectors.toSet());
    return ends.stream().filter(end -> !inTop.contains(end.id())).toList();
  }

  /** The frozen part's layers whose outputs are needed. */
  public List<KerasNode> kept() {
    return Stream.concat(passing.stream(), frozenEnds().stream()).toList();
  }
}
