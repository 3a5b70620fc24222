package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.tensorflow.keras.KerasCall;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasModel;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.keras.KerasWeights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Adds a network's ops to a graph, node by node. For a single use. */
public final class NetworkBuilder {
  /** Per image; more than any network computes from the largest input. */
  private static final long MOST_NUMBERS = 1L << 27;

  private final Ops tf;
  private final KerasWeights weights;
  private final Operand<TFloat32> image;
  private final BatchNormFolding folding;
  private final @Nullable FineTuning fineTuning;

  /** Norms folded into the layer before them. */
  private final Set<String> foldedBack = new HashSet<>();

  /** Maps ids of layers to the norms to be folded into them. */
  private final Map<String, KerasNode> foldedAhead = new HashMap<>();

  private final Map<String, Operand<TFloat32>> built = new HashMap<>();
  private final Map<String, LayerVariables> variables = new HashMap<>();

  /**
   * @param image the network's only input, preprocessed
   * @param fineTuning null for serving
   */
  public NetworkBuilder(
      Ops tf,
      KerasWeights weights,
      Operand<TFloat32> image,
      BatchNormFolding folding,
      @Nullable FineTuning fineTuning) {
    this.tf = tf;
    this.weights = weights;
    this.image = image;
    this.folding = folding;
    this.fineTuning = fineTuning;
  }

  /**
   * Builds everything that the outputs need.
   *
   * @param image the network's only input, preprocessed
   * @param outputs paths of layers
   * @return the outputs of these layers, in that order
   */
  public static List<Operand<TFloat32>> build(
      Ops tf,
      KerasFile file,
      Operand<TFloat32> image,
      List<String> outputs,
      BatchNorms batchNorms) {
    return build(tf, file, image, outputs, batchNorms, null);
  }

  /** The same for training, with batch norms as separate layers. */
  public static List<Operand<TFloat32>> build(
      Ops tf,
      KerasFile file,
      Operand<TFloat32> image,
      List<String> outputs,
      FineTuning fineTuning) {
    return build(tf, file, image, outputs, BatchNorms.KEPT, fineTuning);
  }

  private static List<Operand<TFloat32>> build(
      Ops tf,
      KerasFile file,
      Operand<TFloat32> image,
      List<String> outputs,
      BatchNorms batchNorms,
      @Nullable FineTuning fineTuning) {
    KerasModel model = KerasModelParser.parse(file.config());
    KerasNetwork network = new KerasNetwork(model);
    List<KerasNode> ends = outputs.stream().map(network::last).toList();
    List<KerasNode> nodes = network.upTo(ends);
    KerasInput.requireOne(nodes);
    BatchNormFolding folding =
        batchNorms == BatchNorms.FOLDED
            ? BatchNormFolding.plan(nodes, ends)
            : BatchNormFolding.NONE;
    NetworkBuilder builder = new NetworkBuilder(tf, file.weights(), image, folding, fineTuning);
    nodes.forEach(builder::add);
    builder.refuseUnread();
    file.weights().refuseSurplus(model);
    return ends.stream().map(builder::built).toList();
  }

  /** An unread variable means that a layer and the file do not belong together. */
  public void refuseUnread() {
    variables.values().forEach(LayerVariables::refuseUnread);
  }

  /** Takes a node's output as given, for the nodes after it. */
  public void begin(KerasNode node, Operand<TFloat32> output) {
    built.put(node.id(), output);
  }

  /**
   * Adds one node, whose inputs have been added.
   *
   * @throws KerasImportException if it cannot be built
   */
  public void add(KerasNode node) {
    if (node.refusal() != null) {
      throw node.refusal();
    }
    Operand<TFloat32> output;
    if (node.passesOn()) {
      output = inputs(node).get(0);
    } else if (node.layer().isInput()) {
      output = KerasInput.of(tf, node.layer(), image);
    } else {
      output = build(node);
    }
    built.put(node.id(), output);
  }

  private Operand<TFloat32> build(KerasNode node) {
    KerasLayer layer = node.layer();
    LayerBuilder serving = LayerBuilders.of(layer);
    LayerBuilder builder = fineTuning == null ? serving : fineTuning.builder(node, serving);
    List<Operand<TFloat32>> inputs = inputs(node);
    if (inputs.isEmpty()) {
      throw new KerasImportException(layer.label() + " has no input");
    }
    if (isFolded(node, inputs.get(0))) {
      return inputs.get(0); // the adjacent layer does its work
    }
    LayerBuilder.Call call =
        call(node, norm(foldedAhead.get(node.id())), norm(normAfter(node, inputs.get(0))));
    try {
      Operand<TFloat32> output = builder.build(call, inputs);
      call.options().refuseUnread();
      requireSensibleSize(layer, output.shape());
      return output;
    } catch (KerasImportException e) {
      throw e;
    } catch (TensorFlowException
        | IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      throw new KerasImportException(
          "%s does not fit its inputs %s: %s"
              .formatted(
                  layer.label(),
                  inputs.stream().map(input -> input.shape().toString()).toList(),
                  e.getMessage()),
          e);
    }
  }

  /** Whether it was folded into the layer before it, or will be into the one after it. */
  private boolean isFolded(KerasNode node, Operand<TFloat32> input) {
    String taker = folding.before().get(node.id());
    if (taker != null && BatchNormFolding.isOverChannels(node, LayerBuilder.rank(input))) {
      foldedAhead.put(taker, node);
      return true;
    }
    return foldedBack.contains(node.id());
  }

  /** The norm to be folded into this layer; null if there is none. */
  private @Nullable KerasNode normAfter(KerasNode node, Operand<TFloat32> input) {
    KerasNode norm = folding.after().get(node.id());
    // A convolution or Dense has as many output axes as input axes.
    if (norm == null || !BatchNormFolding.isOverChannels(norm, LayerBuilder.rank(input))) {
      return null;
    }
    foldedBack.add(norm.id());
    return norm;
  }

  private LayerBuilder.@Nullable Call norm(@Nullable KerasNode norm) {
    return norm == null ? null : call(norm, null, null);
  }

  private LayerBuilder.Call call(
      KerasNode node,
      LayerBuilder.@Nullable Call normBefore,
      LayerBuilder.@Nullable Call normAfter) {
    KerasLayer layer = node.layer();
    // TensorFlow's names allow fewer characters than Keras'.
    Ops scope = tf.withSubScope("keras_" + layer.name().replaceAll("\\W", "_"));
    LayerVariables read =
        variables.computeIfAbsent(
            layer.path(), path -> new LayerVariables(weights, layer, fineTuning));
    return new LayerBuilder.Call(
        scope,
        layer,
        new LayerOptions(layer, node.options()),
        read,
        key(node),
        normBefore,
        normAfter);
  }

  private static @Nullable JsonNode key(KerasNode node) {
    return node.arguments().stream()
        .filter(KerasCall.Constant.class::isInstance)
        .map(argument -> ((KerasCall.Constant) argument).value())
        .findFirst()
        .orElse(null);
  }

  private List<Operand<TFloat32>> inputs(KerasNode node) {
    List<Operand<TFloat32>> inputs = new ArrayList<>();
    for (KerasCall.Argument argument : node.arguments()) {
      if (argument instanceof KerasCall.Tensor tensor) {
        inputs.add(built(tensor.layer()));
      } else if (argument instanceof KerasCall.Constant constant) {
        if (!node.layer().isOp()) {
          throw new KerasImportException(
              "%s is called with %s, which is not a layer's output: call it with tensors only"
                  .formatted(node.layer().label(), constant.value()));
        }
        if (!OpBuilders.takesKey(node.layer())) {
          inputs.add(TensorOps.constant(tf, node.layer(), constant.value()));
        }
      }
    }
    return inputs;
  }

  private static void requireSensibleSize(KerasLayer layer, Shape shape) {
    double numbers = 1;
    for (int axis = 1; axis < shape.numDimensions(); axis++) {
      numbers *= shape.get(axis);
    }
    if (shape.numDimensions() < 1 || !(numbers > 0) || numbers > MOST_NUMBERS) {
      throw new KerasImportException(
          "%s would turn an image into %s; 1 to %,d numbers are supported"
              .formatted(layer.label(), shape, MOST_NUMBERS));
    }
  }

  /** The variables that a layer has used so far; null if it has not been built. */
  public @Nullable LayerVariables variables(KerasLayer layer) {
    return variables.get(layer.path());
  }

  /** The output of a node that was added. */
  public Operand<TFloat32> built(KerasNode node) {
    return built(node.id());
  }

  private Operand<TFloat32> built(String id) {
    Operand<TFloat32> output = built.get(id);
    if (output == null) {
      throw new IllegalStateException(id + " comes before its inputs");
    }
    return output;
  }
}
