package dev.imprint.tensorflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A functional Keras model: its layers by name, in the file's order, which is one in which each
 * layer comes after its inputs.
 */
record KerasModel(Map<String, KerasLayer> layers) {
  private static final String FUNCTIONAL = "Functional";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Root(String className, JsonNode config) {}

  KerasModel {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }

  static KerasModel parse(JsonNode config) {
    try {
      Root root = JSON.treeToValue(config, Root.class);
      if (!FUNCTIONAL.equals(root.className())) {
        throw new KerasImportException(
            "the model is of class %s; only functional models are read: rebuild it as"
                    .formatted(root.className())
                + " keras.Model(inputs, outputs)");
      }
      Map<String, Integer> seen = new HashMap<>();
      Map<String, KerasLayer> layers = new LinkedHashMap<>();
      for (JsonNode node : root.config().path("layers")) {
        KerasLayer.Json json = JSON.treeToValue(node, KerasLayer.Json.class);
        KerasLayer layer = KerasLayer.of(json, seen);
        if (layers.put(layer.name(), layer) != null) {
          throw new KerasImportException("two layers are named '%s'".formatted(layer.name()));
        }
      }
      return new KerasModel(layers);
    } catch (JsonProcessingException e) {
      throw new KerasImportException("config.json is no Keras model: " + e.getOriginalMessage(), e);
    }
  }

  KerasLayer layer(String name, String wantedBy) {
    KerasLayer layer = layers.get(name);
    if (layer == null) {
      throw new KerasImportException(
          "%s names a layer '%s' that the network does not have; its last layers are %s"
              .formatted(wantedBy, name, lastNames()));
    }
    return layer;
  }

  private List<String> lastNames() {
    List<String> names = new ArrayList<>(layers.keySet());
    return names.subList(Math.max(0, names.size() - 5), names.size());
  }

  /** The layers that these outputs depend on, in the file's order. */
  List<KerasLayer> upTo(List<String> outputs) {
    Set<String> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    for (String output : outputs) {
      open.push(layer(output, "embedding_layers").name());
    }
    while (!open.isEmpty()) {
      String name = open.pop();
      if (needed.add(name)) {
        for (String input : layer(name, "the network").inputs()) {
          open.push(layer(input, "layer '%s'".formatted(name)).name());
        }
      }
    }
    return layers.values().stream().filter(layer -> needed.contains(layer.name())).toList();
  }
}
