package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Adds a network's ops to a graph, node by node. Used once. */
final class NetworkBuilder {
  /** Of one image; more than any network makes of the largest input. */
  private static final long MOST_NUMBERS = 1L << 27;

  private final Ops tf;
  private final KerasWeights weights;
  private final Operand<TFloat32> image;
  private final Map<String, KerasNode> folding;
  private final Set<String> folded;
  private final @Nullable FineTuning fineTuning;
  private final Map<String, Operand<TFloat32>> built = new HashMap<>();
  private final Map<String, LayerVariables> variables = new HashMap<>();

  /**
   * @param image what the network's one input takes, preprocessed
   * @param folding ids of convolutions to the batch norms that they take in
   * @param fineTuning null if the network is to serve
   */
  NetworkBuilder(
      Ops tf,
      KerasWeights weights,
      Operand<TFloat32> image,
      Map<String, KerasNode> folding,
      @Nullable FineTuning fineTuning) {
    this.tf = tf;
    this.weights = weights;
    this.image = image;
    this.folding = folding;
    this.fineTuning = fineTuning;
    folded = folding.values().stream().map(KerasNode::id).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Builds what the outputs need.
   *
   * @param image what the network's one input takes, preprocessed
   * @param outputs paths of layers
   * @return what these layers give, in that order
   */
  static List<Operand<TFloat32>> build(
      Ops tf,
      KerasFile file,
      Operand<TFloat32> image,
      List<String> outputs,
      KerasGraph.BatchNorms batchNorms) {
    return build(tf, file, image, outputs, batchNorms, null);
  }

  /** The same for training, with batch norms as layers of their own. */
  static List<Operand<TFloat32>> build(
      Ops tf,
      KerasFile file,
      Operand<TFloat32> image,
      List<String> outputs,
      FineTuning fineTuning) {
    return build(tf, file, image, outputs, KerasGraph.BatchNorms.KEPT, fineTuning);
  }

  private static List<Operand<TFloat32>> build(
      Ops tf,
      KerasFile file,
      Operand<TFloat32> image,
      List<String> outputs,
      KerasGraph.BatchNorms batchNorms,
      @Nullable FineTuning fineTuning) {
    KerasModel model = KerasModelParser.parse(file.config());
    KerasNetwork network = new KerasNetwork(model);
    List<KerasNode> ends = outputs.stream().map(network::last).toList();
    List<KerasNode> nodes = network.upTo(ends);
    KerasInput.requireOne(nodes);
    Map<String, KerasNode> folding =
        batchNorms == KerasGraph.BatchNorms.FOLDED ? BatchNormFolding.plan(nodes, ends) : Map.of();
    NetworkBuilder builder = new NetworkBuilder(tf, file.weights(), image, folding, fineTuning);
    nodes.forEach(builder::add);
    builder.variables.values().forEach(LayerVariables::refuseUnread);
    file.weights().refuseSurplus(model);
    return ends.stream().map(builder::built).toList();
  }

  /**
   * Adds one node, whose inputs have been added.
   *
   * @throws KerasImportException if it cannot be built
   */
  void add(KerasNode node) {
    if (node.refusal() != null) {
      throw node.refusal();
    }
    Operand<TFloat32> output;
    if (node.passesOn()) {
      output = inputs(node).get(0);
    } else if (node.layer().isInput()) {
      KerasInput.requireFit(node.layer(), image.shape());
      output = image;
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
    if (folded.contains(node.id())) {
      return inputs.get(0); // the convolution has done its work
    }
    KerasNode norm = folding.get(node.id());
    LayerBuilder.Call call = call(node, norm == null ? null : call(norm, null));
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

  private LayerBuilder.Call call(KerasNode node, LayerBuilder.@Nullable Call folded) {
    KerasLayer layer = node.layer();
    // TensorFlow's names allow less than Keras'.
    Ops scope = tf.withSubScope("keras_" + layer.name().replaceAll("\\W", "_"));
    LayerVariables read =
        variables.computeIfAbsent(
            layer.path(), path -> new LayerVariables(weights, layer, fineTuning));
    return new LayerBuilder.Call(scope, layer, new LayerOptions(layer), read, key(node), folded);
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
              "%s is called with %s, which is no layer's output: call it with tensors alone"
                  .formatted(node.layer().label(), constant.value()));
        }
        if (!node.layer().className().equals(TensorOps.GET_ITEM)) {
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
          "%s would make an image into %s; 1 to %,d numbers are computed"
              .formatted(layer.label(), shape, MOST_NUMBERS));
    }
  }

  /** The variables that a layer has taken so far; null if it has not been built. */
  @Nullable LayerVariables variables(KerasLayer layer) {
    return variables.get(layer.path());
  }

  /** What an added node gives. */
  Operand<TFloat32> built(KerasNode node) {
    return built(node.id());
  }

  private Operand<TFloat32> built(String id) {
    Operand<TFloat32> output = built.get(id);
    if (output == null) {
      throw new IllegalStateException(id + " stands before what it needs");
    }
    return output;
  }
}
