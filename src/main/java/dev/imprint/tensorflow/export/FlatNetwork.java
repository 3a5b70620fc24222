package dev.imprint.tensorflow.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.tensorflow.keras.FunctionalModel;
import dev.imprint.tensorflow.keras.KerasCall;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasJson;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.keras.TensorFlowFunctions;
import dev.imprint.tensorflow.keras.Weight;
import dev.imprint.tensorflow.layer.Activations;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies a network up to some of its layers into a {@link FunctionalModel}, with the layers of its
 * inner models side by side. For a single use.
 */
final class FlatNetwork {
  /** Classes outside keras.layers; the legacy form of {@code .h5} files does not name modules. */
  private static final Map<String, String> MODULES =
      Map.of(
          "LayerScale", "keras.src.applications.convnext",
          "StochasticDepth", "keras.src.applications.convnext",
          "CustomScaleLayer", "keras.src.applications.inception_resnet_v2");

  private static final String HISTORY = "keras_history";

  /** A node's prefix, its layer's name, and the number of the call. */
  private static final String ID = "(.*?)%s(?:#(\\d+))?";

  private final FunctionalModel model;
  private final RecordedWeights weights;

  /** Maps layers' paths to their names in the model. */
  private final Map<String, String> names = new HashMap<>();

  /** Maps ids of calls to their outputs in the model. */
  private final Map<String, KerasCall.Tensor> calls = new HashMap<>();

  /** Maps ids of nodes to their outputs in the model. */
  private final Map<String, KerasCall.Tensor> outputs = new HashMap<>();

  /**
   * @param weights that building the network has read
   */
  FlatNetwork(FunctionalModel model, RecordedWeights weights) {
    this.model = model;
    this.weights = weights;
  }

  /**
   * Adds the layers.
   *
   * @param paths of the layers whose outputs are wanted
   * @param image in place of the network's input
   * @return the outputs of these layers, in that order
   * @throws KerasImportException if Keras 3 cannot read a layer
   */
  List<KerasCall.Tensor> add(KerasNetwork network, List<String> paths, KerasCall.Tensor image) {
    List<KerasNode> ends = paths.stream().map(network::last).toList();
    for (KerasNode node : network.upTo(ends)) {
      if (node.passesOn()) {
        outputs.put(node.id(), output(node.inputs().findFirst().orElseThrow()));
      } else if (node.layer().isInput()) {
        outputs.put(node.id(), image);
      } else {
        outputs.put(node.id(), added(node));
      }
    }
    return ends.stream().map(end -> output(end.id())).toList();
  }

  private KerasCall.Tensor output(String id) {
    KerasCall.Tensor output = outputs.get(id);
    if (output == null) {
      throw new IllegalStateException(id + " comes before its inputs");
    }
    return output;
  }

  private KerasCall.Tensor added(KerasNode node) {
    JsonNode option = node.options().get(KerasNode.OUTPUT);
    int number = option == null ? 0 : option.asInt();
    String id = number == 0 ? node.id() : node.id().substring(0, node.id().lastIndexOf(':'));
    KerasCall.Tensor first = calls.get(id);
    if (first == null) {
      String path = node.layer().path();
      String name = names.get(path);
      if (name == null) {
        name = layer(node.layer());
        names.put(path, name);
      }
      first = model.call(name, call(node, id));
      calls.put(id, first);
    }
    return new KerasCall.Tensor(first.layer(), first.call(), number);
  }

  private String layer(KerasLayer layer) {
    requireKeras3(layer);
    ObjectNode json = layer.json().deepCopy();
    ((ObjectNode) json.get("config")).remove("batch_input_shape"); // of Keras 2
    String module = MODULES.get(layer.className());
    if (module != null && !json.has("module")) {
      json.put("module", module).put("registered_name", layer.className());
    }
    KerasJson.useFloat32(json);
    String name = model.add(json, layer.path());
    if (!layer.isOp()) {
      model.setWeights(name, variables(layer));
    }
    return name;
  }

  private Map<List<String>, SortedMap<Integer, Weight>> variables(KerasLayer layer) {
    Map<List<String>, SortedMap<Integer, Weight>> variables = new LinkedHashMap<>();
    // The only attributes of Keras' layers whose names are private.
    String prefix = layer.className().equals("GroupQueryAttention") ? "_" : "";
    weights
        .of(layer)
        .forEach(
            (group, values) ->
                variables.put(
                    group.stream().map(part -> prefix + part).toList(), new TreeMap<>(values)));
    SortedMap<Integer, Weight> own = variables.get(List.of());
    if (own != null && layer.className().equals("Normalization")) {
      own.putIfAbsent(2, new Weight(new float[1])); // number of pictures used to compute them
    }
    int count = weights.count(layer);
    if (count > (own == null ? 0 : own.size())) {
      throw refusal(layer, "it has variables that serving does not need");
    }
    return variables;
  }

  /** Keras 2 has classes, formulas and functions that Keras 3 does not have. */
  private static void requireKeras3(KerasLayer layer) {
    JsonNode json = layer.json();
    if (TensorFlowFunctions.LAYERS.contains(json.path("class_name").asText())
        || layer.config().toString().contains(Activations.KERAS_2_HARD_SIGMOID)
        || layer.className().equals("RandomCrop") && !layer.config().has("data_format")) {
      throw refusal(layer, "Keras 3 does not have this part of Keras 2");
    }
    if (layer.isOp() && !json.has("module")) {
      throw refusal(layer, "an .h5 file does not say which function of Keras 3 it is");
    }
  }

  private static KerasImportException refusal(KerasLayer layer, String why) {
    return new KerasImportException(
        "%s cannot be written to a .keras file: %s; export a SavedModel (--format savedmodel)"
            .formatted(layer.label(), why));
  }

  private ObjectNode call(KerasNode node, String id) {
    Matcher parts = Pattern.compile(ID.formatted(Pattern.quote(node.layer().name()))).matcher(id);
    if (!parts.matches()) {
      throw new IllegalStateException(id + " is no call of " + node.layer().label());
    }
    String prefix = parts.group(1);
    int number = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
    JsonNode json = node.layer().json().path("inbound_nodes").path(number);
    ObjectNode call = KerasJson.object();
    ArrayNode arguments = call.putArray("args");
    ObjectNode keywords = call.putObject("kwargs");
    if (json.isObject()) {
      json.path("args").forEach(argument -> arguments.add(translated(prefix, argument)));
      json.path("kwargs")
          .properties()
          .forEach(word -> keywords.set(word.getKey(), translated(prefix, word.getValue())));
    } else if (json.isArray()) {
      keras2(prefix, json, arguments, keywords);
    } else { // a layer of a Sequential model
      arguments.add(KerasJson.tensor(output(node.inputs().findFirst().orElseThrow())));
    }
    return call;
  }

  private void keras2(String prefix, JsonNode call, ArrayNode arguments, ObjectNode keywords) {
    JsonNode tensors = call.path(0).isTextual() ? KerasJson.array().add(call) : call;
    ArrayNode inputs = tensors.size() == 1 ? arguments : arguments.addArray();
    for (JsonNode tensor : tensors) {
      inputs.add(translated(prefix, tensor));
      tensor
          .path(3)
          .properties()
          .forEach(word -> keywords.set(word.getKey(), translated(prefix, word.getValue())));
    }
  }

  /** The same with the model's names for other layers' outputs. */
  private JsonNode translated(String prefix, JsonNode json) {
    JsonNode history = json.path("config").path(HISTORY);
    if (history.isArray()) {
      ObjectNode tensor = json.deepCopy();
      KerasJson.useFloat32(tensor);
      ((ObjectNode) tensor.get("config")).set(HISTORY, KerasJson.history(output(prefix, history)));
      return tensor;
    }
    if (KerasCall.isHistory(json)) {
      return KerasJson.tensor(output(prefix, json));
    }
    if (json.isArray()) {
      ArrayNode elements = KerasJson.array();
      json.forEach(element -> elements.add(translated(prefix, element)));
      return elements;
    }
    ObjectNode fields = KerasJson.object();
    json.properties()
        .forEach(field -> fields.set(field.getKey(), translated(prefix, field.getValue())));
    return json.isObject() ? fields : json;
  }

  private KerasCall.Tensor output(String prefix, JsonNode history) {
    return output(
        KerasNetwork.id(
            prefix,
            new KerasCall.Tensor(
                history.get(0).asText(), history.get(1).asInt(), history.get(2).asInt())));
  }
}
