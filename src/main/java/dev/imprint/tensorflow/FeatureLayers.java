package dev.imprint.tensorflow;

import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ndarray.Shape;

/**
 * Proposes layers to embed by in addition to the usual one, from a network's structure: those that
 * end its second-last resolution (the last merge of branches, and the last activation), and the
 * last activation within the last block of its last resolution. In the bundled network these are
 * the ones that were found by measuring; RATIONALE.md has the figures.
 *
 * @param nodes up to the embedding, in the order in which they are computed
 * @param shapes of their outputs, by id
 */
record FeatureLayers(List<KerasNode> nodes, Map<String, Shape> shapes) {
  private static final Set<String> MERGES = Set.of("Add", "Average", "Concatenate", "Maximum");

  private static final Set<String> ACTIVATIONS =
      Set.of("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "ops.Relu", "ops.Silu", "ops.Gelu");

  /** The proposed layers in the order in which they are computed; only the embedding if none. */
  List<KerasNode> with(KerasNode embedding) {
    long[] areas = nodes.stream().mapToLong(this::area).filter(a -> a > 1).distinct().toArray();
    long coarsest = LongStream.of(areas).min().orElse(0);
    long finer = LongStream.of(areas).filter(area -> area > coarsest).min().orElse(0);
    List<@Nullable KerasNode> chosen = new ArrayList<>();
    KerasNode merge = last(node -> isMerge(node) && area(node) == finer, nodes.size());
    KerasNode active = last(node -> isActivation(node) && area(node) == finer, nodes.size());
    KerasNode block = last(node -> isMerge(node) && area(node) == coarsest, nodes.size());
    if (merge != null
        && (active == null || !active.inputs().toList().equals(List.of(merge.id())))) {
      chosen.add(merge);
    }
    chosen.add(active);
    if (block != null) {
      int before = nodes.indexOf(block);
      chosen.add(last(node -> isActivation(node) && area(node) == coarsest, before));
    }
    chosen.add(embedding);
    return nodes.stream().filter(chosen::contains).filter(node -> isNew(node, embedding)).toList();
  }

  /** Whether it is more than the feature maps that the embedding is the mean of. */
  private boolean isNew(KerasNode node, KerasNode embedding) {
    return node == embedding
        || !EmbeddingLayer.POOLED.contains(embedding.layer().className())
        || embedding.inputs().noneMatch(node.id()::equals);
  }

  private @Nullable KerasNode last(Predicate<KerasNode> condition, int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (!nodes.get(i).passesOn() && condition.test(nodes.get(i))) {
        return nodes.get(i);
      }
    }
    return null;
  }

  private static boolean isMerge(KerasNode node) {
    return MERGES.contains(node.layer().className());
  }

  private static boolean isActivation(KerasNode node) {
    KerasLayer layer = node.layer();
    String own = layer.config().path("activation").asText("linear");
    return ACTIVATIONS.contains(layer.className())
        || layer.className().endsWith("Conv2D") && !own.equals("linear") && !own.equals("null");
  }

  /** Height × width of feature maps; 0 for anything else. */
  private long area(KerasNode node) {
    Shape shape = shapes.get(node.id());
    return shape == null || shape.numDimensions() != 4 ? 0 : shape.get(1) * shape.get(2);
  }
}
