package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the classification head of a Keras network begins: its last layers, which are linear except
 * for the final step from logits to probabilities, and so can be expressed as one matrix.
 *
 * @param features its output is the head's input
 * @param linear the layers after it, in order, without that last step; may be empty
 * @param activation that last step: {@code softmax}, {@code sigmoid}, or {@code linear} for none
 * @param ending the layer of that last step, as it is in the file, and those after it; empty for
 *     none
 * @param sum the last layer, if it is a Dense that adds up the probabilities of classes with the
 *     same label
 */
record KerasClassifier(
    KerasNode features,
    List<KerasNode> linear,
    String activation,
    List<KerasNode> ending,
    @Nullable KerasLayer sum) {
  static final String SIGMOID = "sigmoid";
  static final String SOFTMAX = "softmax";

  private static final String LINEAR = "linear";
  private static final String ACTIVATION = "activation";

  /** Final steps that a head may have. */
  private static final Set<String> PROBABILITIES = Set.of(SOFTMAX, SIGMOID);

  private static final Set<String> WEIGHTED = Set.of("BatchNormalization", "Conv2D", "Dense");
  private static final Set<String> RESHAPING = Set.of("Conv2D", "Flatten", "Reshape");

  /** Layers that do nothing when serving. */
  private static final Set<String> IDLE =
      Set.of("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "Identity");

  KerasClassifier {
    linear = List.copyOf(linear);
    ending = List.copyOf(ending);
  }

  /**
   * Goes back from the output as long as layers are linear.
   *
   * @throws KerasImportException if the network does not end in a classification head
   */
  static KerasClassifier of(KerasNetwork network) {
    List<KerasNode> outputs = network.outputs();
    if (outputs.size() != 1) {
      throw refusal("it has %d outputs".formatted(outputs.size()));
    }
    Map<String, KerasNode> byId = new HashMap<>();
    network.upTo(outputs).forEach(node -> byId.put(node.id(), node));
    KerasNode last = outputs.get(0);
    KerasNode before = EmbeddingLayer.onlyInput(last, byId);
    return before != null && addsUp(last) && activation(before).equals(SOFTMAX)
        ? backFrom(before, byId).with(last.layer())
        : backFrom(last, byId);
  }

  private static boolean addsUp(KerasNode node) {
    return node.layer().className().equals("Dense")
        && activation(node).equals(LINEAR)
        && !node.layer().config().path("use_bias").asBoolean(true);
  }

  private KerasClassifier with(KerasLayer adding) {
    return new KerasClassifier(features, linear, activation, ending, adding);
  }

  private static KerasClassifier backFrom(KerasNode end, Map<String, KerasNode> byId) {
    // After a global pooling, a reshaped or convolved output is still a list of features.
    KerasClassifier pooled = backFrom(end, byId, true);
    KerasNode node = pooled.features;
    while (node != null) {
      if (EmbeddingLayer.POOLED.contains(node.layer().className())) {
        return pooled;
      }
      node = EmbeddingLayer.onlyInput(node, byId);
    }
    return backFrom(end, byId, false);
  }

  private static KerasClassifier backFrom(
      KerasNode end, Map<String, KerasNode> byId, boolean pooled) {
    Deque<KerasNode> linear = new ArrayDeque<>();
    List<KerasNode> ending = List.of();
    String activation = LINEAR;
    boolean weighted = false;
    KerasNode node = end;
    while (true) {
      KerasLayer layer = node.layer();
      String own = activation(node);
      boolean last = PROBABILITIES.contains(own) && activation.equals(LINEAR) && !weighted;
      KerasNode before = EmbeddingLayer.onlyInput(node, byId);
      if (before == null || !isLinear(node, pooled) || !last && !own.equals(LINEAR)) {
        break;
      }
      if (last) {
        activation = own;
        linear.addFirst(node);
        ending = List.copyOf(linear);
        linear.clear(); // later layers do not change its numbers
      }
      weighted |= WEIGHTED.contains(layer.className());
      if (!last || weighted) {
        linear.addFirst(last ? withoutActivation(node) : node);
      }
      node = before;
    }
    if (!weighted && activation.equals(LINEAR)) {
      throw refusal("it ends in " + end.layer().label());
    }
    return new KerasClassifier(node, new ArrayList<>(linear), activation, ending, null);
  }

  /** The only layer of the head that has weights, if that is a Dense; otherwise null. */
  @Nullable KerasLayer onlyDense() {
    List<KerasLayer> weighted =
        linear.stream()
            .map(KerasNode::layer)
            .filter(layer -> WEIGHTED.contains(layer.className()))
            .toList();
    boolean dense = weighted.size() == 1 && weighted.get(0).className().equals("Dense");
    return dense ? weighted.get(0) : null;
  }

  /**
   * The embedding layers that hold the head's input.
   *
   * @param named the layers that a description names
   */
  List<String> beside(List<String> named, KerasNetwork network) {
    String own = features.layer().path();
    boolean there = named.stream().anyMatch(name -> network.last(name).layer().path().equals(own));
    return there ? named : Stream.concat(named.stream(), Stream.of(own)).toList();
  }

  private static boolean isLinear(KerasNode node, boolean pooled) {
    String name = node.layer().className();
    return node.passesOn()
        || IDLE.contains(name)
        || (RESHAPING.contains(name) ? pooled : WEIGHTED.contains(name))
        || name.equals("Activation")
        || name.equals("Softmax")
        || name.equals("ops.Softmax")
        || name.equals("ops.Sigmoid");
  }

  /** Keras' name of a layer's final activation. */
  private static String activation(KerasNode node) {
    KerasLayer layer = node.layer();
    JsonNode option = layer.config().path(ACTIVATION);
    String inner = option.path("class_name").asText();
    return switch (layer.className()) {
      case "Softmax", "ops.Softmax" -> SOFTMAX;
      case "ops.Sigmoid" -> SIGMOID;
      default ->
          inner.equals("Softmax")
              ? SOFTMAX
              : option.isObject() ? "custom code" : option.asText(LINEAR);
    };
  }

  private static KerasNode withoutActivation(KerasNode node) {
    KerasLayer layer = node.layer();
    ObjectNode json = layer.json().deepCopy();
    ((ObjectNode) json.path("config")).put(ACTIVATION, LINEAR);
    return new KerasNode(
        node.id(),
        new KerasLayer(
            layer.className(),
            layer.names(),
            layer.weightsPath(),
            json,
            layer.calls(),
            layer.model()),
        node.arguments(),
        node.options(),
        node.refusal());
  }

  static KerasImportException refusal(String what) {
    return new KerasImportException(
        ("labels are given, but the network is not a classifier that can serve: %s; for one label"
                    + " per image")
                .formatted(what)
            + " it has to end in a Dense layer with softmax: save it that way, or remove labels");
  }
}
