package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.keras.KerasWeights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.PlaceholderWithDefault;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * Builds a network for training: the weights of some layers are variables, and dropout and similar
 * layers are active if {@link #training} is fed. Batch norms are frozen: they use their moving
 * statistics and none of their weights learns, as in Keras' guide to transfer learning. For the
 * graph of one network, built by one thread.
 */
public final class FineTuning {
  private static final int NAMED = 5;

  private final Set<String> layers;
  private final long seed;
  private final PlaceholderWithDefault<TBool> training;
  private final Set<String> able = new LinkedHashSet<>();
  private final List<Weight> learning = new ArrayList<>();

  /**
   * A variable that learns.
   *
   * @param layer path of its layer, or of the one that its layer is part of
   * @param name {@link KerasWeights#name}
   */
  public record Weight(String layer, String name, Variable<TFloat32> variable) {}

  /**
   * @param tf adds to the network's graph
   * @param layers paths of those that learn, {@code conv1} or {@code backbone/conv1}
   * @param seed for dropout
   */
  public FineTuning(Ops tf, Collection<String> layers, long seed) {
    this.layers = new LinkedHashSet<>(layers);
    this.seed = seed;
    training = tf.placeholderWithDefault(tf.constant(false), Shape.scalar());
  }

  /** Takes whether a run is for training; if it is not fed, the network behaves as in serving. */
  public PlaceholderWithDefault<TBool> training() {
    return training;
  }

  /** The builder of a node; {@code serving} if training makes no difference. */
  LayerBuilder builder(KerasNode node, LayerBuilder serving) {
    return StochasticLayers.of(node, seed)
        .<LayerBuilder>map(
            active ->
                (call, inputs) ->
                    call.tf().select(training, active.build(call, inputs), inputs.get(0)))
        .orElse(serving);
  }

  /**
   * The operand for a weight in the graph.
   *
   * @param layer under whose path it learns
   * @param name {@link KerasWeights#name}
   * @param value from the file
   */
  Operand<TFloat32> weight(Ops tf, KerasLayer layer, String name, Operand<TFloat32> value) {
    able.add(layer.path());
    if (!layers.contains(layer.path())) {
      return value;
    }
    Variable<TFloat32> variable = tf.variable(value);
    learning.add(new Weight(layer.path(), name, variable));
    return variable;
  }

  /** All variables that learn, in the order in which they were built. */
  public List<Weight> learning() {
    return List.copyOf(learning);
  }

  /**
   * The variables of each layer that learns, in Keras' order: kernel before bias. A session sets
   * them to the file's values before its first run; their gradients come from {@code
   * Graph.addGradients}.
   *
   * @throws KerasImportException if a layer that is to learn has none
   */
  Map<String, List<Variable<TFloat32>>> weights() {
    Map<String, List<Variable<TFloat32>>> weights = new LinkedHashMap<>();
    learning.forEach(
        weight ->
            weights
                .computeIfAbsent(weight.layer(), path -> new ArrayList<>())
                .add(weight.variable()));
    for (String layer : layers) {
      if (!weights.containsKey(layer)) {
        List<String> last = able.stream().skip(Math.max(0, able.size() - NAMED)).toList();
        throw new KerasImportException(
            "'%s' cannot learn: up to the embedding no layer of that name has weights that learn"
                    .formatted(layer)
                + " (batch norms are frozen); the last ones that do are "
                + last);
      }
    }
    return weights;
  }
}
