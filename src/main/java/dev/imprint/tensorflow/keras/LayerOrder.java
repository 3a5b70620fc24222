package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The order in which Keras counts the layers of a functional model, and so names the groups of
 * their weights: by depth, then in the order of a search from the output ({@code map_graph} in
 * keras/src/ops/function.py). For a single use.
 */
final class LayerOrder {
  /** One call of a layer. */
  private record Call(String layer, int number) {}

  private final Map<String, ObjectNode> layers = new LinkedHashMap<>();
  private final Map<String, Integer> found = new HashMap<>();
  private final List<Call> calls = new ArrayList<>(); // each after its inputs

  private LayerOrder(List<ObjectNode> layers) {
    layers.forEach(layer -> this.layers.put(layer.path("name").asText(), layer));
  }

  /**
   * @param layers as in {@code config.json}, those of a Keras 3 model
   * @param output name of the model's only output layer
   * @return those that the output depends on
   */
  static List<ObjectNode> of(List<ObjectNode> layers, String output) {
    LayerOrder order = new LayerOrder(layers);
    order.search(new Call(output, 0));
    Map<String, Integer> depths = order.depths();
    return order.found.keySet().stream()
        .sorted(
            Comparator.<String>comparingInt(name -> -depths.getOrDefault(name, 0))
                .thenComparing(order.found::get))
        .map(order.layers::get)
        .toList();
  }

  /** Depth first; a stack of its own, since networks are deeper than Java's. */
  private void search(Call output) {
    Set<Call> open = new HashSet<>();
    Set<Call> done = new HashSet<>();
    Deque<Call> path = new ArrayDeque<>(List.of(output));
    while (!path.isEmpty()) {
      Call call = path.peek();
      if (done.contains(call)) {
        path.pop();
      } else if (open.add(call)) {
        found.putIfAbsent(call.layer, found.size());
        List<Call> inputs = inputs(call);
        for (int i = inputs.size() - 1; i >= 0; i--) {
          path.push(inputs.get(i));
        }
      } else {
        path.pop();
        done.add(call);
        calls.add(call);
      }
    }
  }

  private Map<String, Integer> depths() {
    Map<Call, Integer> ofCalls = new HashMap<>();
    Map<String, Integer> ofLayers = new HashMap<>();
    for (int i = calls.size() - 1; i >= 0; i--) {
      Call call = calls.get(i);
      int depth = Math.max(ofCalls.getOrDefault(call, 0), ofLayers.getOrDefault(call.layer, 0));
      ofCalls.put(call, depth);
      ofLayers.put(call.layer, depth);
      inputs(call).forEach(input -> ofCalls.merge(input, depth + 1, Math::max));
    }
    return ofLayers;
  }

  private List<Call> inputs(Call call) {
    JsonNode node =
        layers.getOrDefault(call.layer, KerasJson.object()).at("/inbound_nodes/" + call.number);
    List<Call> inputs = new ArrayList<>();
    collect(node.path("args"), inputs);
    collect(node.path("kwargs"), inputs);
    return inputs;
  }

  /** Keras goes through a dictionary in the order of its keys. */
  private static void collect(JsonNode node, List<Call> inputs) {
    JsonNode history = node.path("config").path("keras_history");
    if (history.isArray()) {
      inputs.add(new Call(history.get(0).asText(), history.get(1).asInt()));
    } else if (node.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
      sorted.values().forEach(value -> collect(value, inputs));
    } else {
      node.forEach(element -> collect(element, inputs));
    }
  }
}
