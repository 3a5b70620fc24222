package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.model.backbone.Pixels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A functional model of Keras 3, put together layer by layer; {@link KerasFileWriter} writes it.
 * Not thread-safe.
 */
public final class FunctionalModel {
  private final Map<String, ObjectNode> layers = new LinkedHashMap<>();

  /** By layer, by the path of their groups below the layer's, by their number. */
  private final Map<String, Map<List<String>, SortedMap<Integer, Weight>>> weights =
      new HashMap<>();

  /**
   * Adds a layer.
   *
   * @param json its class and configuration; changed
   * @param wanted its name, if that is still free
   * @return its name
   */
  public String add(ObjectNode json, String wanted) {
    String free = wanted.replace('/', '_'); // Keras 3 allows no slash
    for (int i = 1; layers.containsKey(free); i++) {
      free = wanted.replace('/', '_') + "_" + i;
    }
    json.put("name", free).putArray("inbound_nodes");
    ((ObjectNode) json.get("config")).put("name", free);
    layers.put(free, json);
    return free;
  }

  /** Adds the image that the whole model takes: float32, 0..255, RGB, of any size. */
  public KerasCall.Tensor image() {
    ObjectNode json = KerasJson.object().put("module", "keras.layers");
    ObjectNode config = json.put("class_name", KerasLayer.INPUT).putObject("config");
    config.putArray("batch_shape").addNull().addNull().addNull().add(Pixels.CHANNELS);
    config.put("dtype", KerasJson.FLOAT32);
    json.putNull("registered_name");
    return new KerasCall.Tensor(add(json, "image"), 0, 0);
  }

  /** Sets the variables of a layer and its parts. */
  public void setWeights(String layer, Map<List<String>, SortedMap<Integer, Weight>> values) {
    weights.put(layer, values);
  }

  /**
   * Calls a layer once more.
   *
   * @param call its {@code args} and {@code kwargs}
   */
  public KerasCall.Tensor call(String layer, ObjectNode call) {
    ArrayNode calls = Objects.requireNonNull(layers.get(layer)).withArray("inbound_nodes");
    calls.add(call);
    return new KerasCall.Tensor(layer, calls.size() - 1, 0);
  }

  /** Adds one of Keras' own layers and calls it. */
  public KerasCall.Tensor layer(
      String className, ObjectNode config, List<KerasCall.Tensor> inputs, Weight... own) {
    ObjectNode json = KerasJson.object().put("module", "keras.layers").put("class_name", className);
    config.put("trainable", true).put("dtype", KerasJson.FLOAT32);
    json.set("config", config);
    json.putNull("registered_name");
    String name = add(json, config.get("name").asText());
    SortedMap<Integer, Weight> values = new TreeMap<>();
    for (Weight weight : own) {
      values.put(values.size(), weight);
    }
    setWeights(name, Map.of(List.of(), values));
    return call(name, arguments(inputs));
  }

  /** The arguments of a call of a layer: a tensor, or a list of them. */
  public static ObjectNode arguments(List<KerasCall.Tensor> inputs) {
    ArrayNode tensors = KerasJson.array();
    inputs.forEach(input -> tensors.add(KerasJson.tensor(input)));
    ObjectNode call = KerasJson.object();
    call.putArray("args").add(inputs.size() == 1 ? tensors.get(0) : tensors);
    call.putObject("kwargs");
    return call;
  }

  /** Its layers that the output depends on, in the order in which Keras counts them. */
  List<ObjectNode> layers(KerasCall.Tensor output) {
    return LayerOrder.of(new ArrayList<>(layers.values()), output.layer());
  }

  /** {@code config.json}. */
  static JsonNode config(List<ObjectNode> layers, KerasCall.Tensor input, KerasCall.Tensor output) {
    ObjectNode model = KerasJson.object().put("module", "keras.src.models.functional");
    model.put("class_name", "Functional");
    ObjectNode config = model.putObject("config").put("name", "classifier").put("trainable", true);
    config.putArray("layers").addAll(layers);
    config.set("input_layers", KerasJson.history(input));
    config.set("output_layers", KerasJson.history(output));
    return model.put("registered_name", "Functional");
  }

  /** The variables of one of its layers. */
  Map<List<String>, SortedMap<Integer, Weight>> weights(String layer) {
    return weights.getOrDefault(layer, Map.of());
  }
}
