package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasWeights;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A layer's variables, read once even if the layer is called several times, and their operands in
 * the graph. Not thread-safe.
 */
public final class LayerVariables {
  static final String WEIGHT = "weight ";

  private final KerasWeights weights;
  private final KerasLayer layer;
  private final @Nullable FineTuning fineTuning;
  private final Map<Integer, Integer> read = new HashMap<>(); // index to numbers
  private final Map<String, Operand<TFloat32>> operands = new HashMap<>();
  private final Map<List<String>, LayerVariables> parts = new LinkedHashMap<>();

  /** The layer under whose name they learn: the layer itself, or the one that it is part of. */
  private final KerasLayer owner;

  /**
   * @param fineTuning null if the network serves
   */
  LayerVariables(KerasWeights weights, KerasLayer layer, @Nullable FineTuning fineTuning) {
    this(weights, layer, layer, fineTuning);
  }

  private LayerVariables(
      KerasWeights weights, KerasLayer layer, KerasLayer owner, @Nullable FineTuning fineTuning) {
    this.weights = weights;
    this.layer = layer;
    this.owner = owner;
    this.fineTuning = fineTuning;
  }

  /** The variables of a layer that is part of this one. */
  LayerVariables part(KerasLayer part) {
    return parts.computeIfAbsent(
        part.weightsPath(), path -> new LayerVariables(weights, part, owner, fineTuning));
  }

  /**
   * @see KerasWeights#read
   */
  float[] read(int index, int... shape) {
    float[] values = weights.read(layer, index, shape);
    read.put(index, values.length);
    return values;
  }

  /** Skips a variable that serving does not need. */
  void ignore(int index) {
    read.put(index, 0);
  }

  void ignoreAll() {
    for (int i = 0; i < weights.count(layer); i++) {
      ignore(i);
    }
  }

  /** The total number of values in the variables that were read. */
  public long parameters() {
    return read.values().stream().mapToLong(Integer::longValue).sum()
        + parts.values().stream().mapToLong(LayerVariables::parameters).sum();
  }

  /** Whether gradients must flow through the layer. */
  boolean forTraining() {
    return fineTuning != null;
  }

  /** The operand for a weight, which learns if the network is built for training. */
  Operand<TFloat32> learning(Ops tf, int index, Operand<TFloat32> value) {
    return fineTuning == null
        ? value
        : fineTuning.weight(tf, owner, KerasWeights.name(layer, index), value);
  }

  /** The operand of a variable in the graph; null if no builder has requested it as a weight. */
  public @Nullable Operand<TFloat32> weight(int index) {
    return operands.get(WEIGHT + index);
  }

  /** The first call's operand under this name; later calls of the layer share it. */
  Operand<TFloat32> shared(String name, Supplier<Operand<TFloat32>> first) {
    Operand<TFloat32> operand = operands.get(name);
    if (operand == null) {
      operand = first.get();
      operands.put(name, operand);
    }
    return operand;
  }

  /** An unread variable means that layer and file do not belong together. */
  public void refuseUnread() {
    int count = weights.count(layer);
    if (count > taken()) {
      throw new KerasImportException(
          "%s takes %d weights, but the file has %d for it; the file is damaged or from a changed"
                  .formatted(layer.label(), taken(), count)
              + " class: save the model again");
    }
    parts.values().forEach(LayerVariables::refuseUnread);
  }

  private int taken() {
    return read.size() + parts.values().stream().mapToInt(LayerVariables::taken).sum();
  }
}
