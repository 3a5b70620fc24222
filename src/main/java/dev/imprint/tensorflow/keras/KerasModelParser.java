package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of a model and its inner models. For a single use. */
public final class KerasModelParser {
  private static final Set<String> MODELS = Set.of("Functional", "Model", "Sequential");
  private static final int MOST_LAYERS = 10_000;
  private static final int DEEPEST = 16;

  private int count;

  private KerasModelParser() {}

  /**
   * @param config {@code class_name} and {@code config} of the whole model
   */
  public static KerasModel parse(JsonNode config) {
    String className = config.path("class_name").asText();
    if (!MODELS.contains(className) || !KerasClass.isKeras(config)) {
      throw new KerasImportException(
          ("the configuration is of %s; only functional and Sequential models are supported, a"
                      + " class's own")
                  .formatted(className.isEmpty() ? "no class" : "class " + className)
              + " code is never run: rebuild it as keras.Model(inputs, outputs)");
    }
    return new KerasModelParser().model(className, config.path("config"), List.of(), List.of());
  }

  /**
   * @param weightsPath of the model
   * @param names of the models that contain it, and its own
   */
  private KerasModel model(
      String className, JsonNode config, List<String> weightsPath, List<String> names) {
    if (names.size() > DEEPEST) {
      throw new KerasImportException(
          "'%s' is nested in more than %d models; flatten the network"
              .formatted(String.join("/", names), DEEPEST));
    }
    // Keras 2 wrote the layers of a Sequential model without anything around them.
    JsonNode nodes = config.isArray() ? config : config.path("layers");
    boolean sequential = className.equals("Sequential");
    Map<String, KerasLayer> layers = new LinkedHashMap<>();
    Map<String, Integer> seen = new HashMap<>();
    String last = null;
    if (sequential && !nodes.path(0).path("class_name").asText().equals(KerasLayer.INPUT)) {
      last = "sequential_input";
      layers.put(last, sequentialInput(with(names, last), nodes.path(0).path("config")));
    }
    for (JsonNode node : nodes) {
      KerasLayer layer = layer(node, weightsPath, names, seen);
      if (sequential) {
        layer = chained(layer, last);
      }
      last = layer.name();
      if (layers.put(last, layer) != null) {
        throw new KerasImportException("two layers are named '%s'".formatted(layer.path()));
      }
    }
    if (sequential) {
      List<KerasCall.Tensor> output =
          last == null ? List.of() : List.of(new KerasCall.Tensor(last, 0, 0));
      return new KerasModel(layers, layers.keySet().stream().limit(1).toList(), output);
    }
    return new KerasModel(
        layers,
        tensors(names, config.path("input_layers")).map(KerasCall.Tensor::layer).toList(),
        tensors(names, config.path("output_layers")).toList());
  }

  private KerasLayer layer(
      JsonNode node, List<String> weightsPath, List<String> models, Map<String, Integer> seen) {
    if (++count > MOST_LAYERS) {
      throw new KerasImportException(
          "the network has more than %d layers; networks of that size are not supported"
              .formatted(MOST_LAYERS));
    }
    JsonNode config = node.path("config");
    String name = node.path("name").asText(config.path("name").asText("no name"));
    List<String> names = with(models, name);
    String className = KerasClass.of(node);
    boolean model = MODELS.contains(className) && KerasClass.isKeras(node);
    List<String> own = new ArrayList<>(weightsPath);
    if (!className.startsWith(
        KerasClass.OP)) { // these have no weights, and Keras does not count them
      own.add("layers");
      own.add(KerasClass.counted(className, seen));
    }
    List<KerasCall> calls = new ArrayList<>();
    for (JsonNode call : node.path("inbound_nodes")) {
      String label = "layer '%s' (%s)".formatted(String.join("/", names), className);
      KerasCall parsed = KerasCall.parse(label, KerasClass.isOp(node), call);
      calls.add(
          TensorFlowFunctions.LAYERS.contains(node.path("class_name").asText())
              ? TensorFlowFunctions.call(node, parsed)
              : parsed);
    }
    return new KerasLayer(
        className, names, own, node, calls, model ? model(className, config, own, names) : null);
  }

  private static List<String> with(List<String> models, String name) {
    return Stream.concat(models.stream(), Stream.of(name)).toList();
  }

  private static KerasLayer chained(KerasLayer layer, @Nullable String last) {
    List<KerasCall> calls =
        last == null ? List.of() : List.of(KerasCall.on(new KerasCall.Tensor(last, 0, 0)));
    return new KerasLayer(
        layer.className(), layer.names(), layer.weightsPath(), layer.json(), calls, layer.model());
  }

  /** If the first layer itself states its input, as was usual in Keras 2. */
  private static KerasLayer sequentialInput(List<String> names, JsonNode first) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("config").set("batch_shape", first.path("batch_input_shape"));
    return new KerasLayer(KerasLayer.INPUT, names, List.of(), json, List.of(), null);
  }

  /** {@code ["image", 0, 0]} for one, or a list or an object of these. */
  private static Stream<KerasCall.Tensor> tensors(List<String> names, JsonNode node) {
    JsonNode list =
        node.path(0).isTextual() ? JsonNodeFactory.instance.arrayNode().add(node) : node;
    return list.valueStream()
        .map(
            tensor -> {
              if (!tensor.path(0).isTextual()) {
                throw new KerasImportException(
                    "the model '%s' has the input or output %s; save it again"
                        .formatted(String.join("/", names), tensor));
              }
              return new KerasCall.Tensor(
                  tensor.get(0).asText(), tensor.path(1).asInt(), tensor.path(2).asInt());
            });
  }
}
