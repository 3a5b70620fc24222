package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a model's {@code config.json}.
 *
 * @param className Keras' class, {@code Conv2D} say
 * @param weightsKey the group of its weights in {@code model.weights.h5}: Keras counts the layers
 *     of each class in the file's order and does not use their names
 * @param config the arguments that it was made with
 * @param inboundNodes one for each time that it was called
 */
record KerasLayer(
    String className, String name, String weightsKey, JsonNode config, JsonNode inboundNodes) {
  private static final String TENSOR = "__keras_tensor__";

  /** As the file has it. */
  record Json(
      @Nullable String module,
      @Nullable String className,
      @Nullable String registeredName,
      @Nullable String name,
      @Nullable JsonNode config,
      @Nullable JsonNode inboundNodes) {}

  /**
   * @param seen how many layers of each class came before; counted on
   */
  static KerasLayer of(Json json, Map<String, Integer> seen) {
    String className = Objects.requireNonNullElse(json.className, "without a class");
    String name = Objects.requireNonNullElse(json.name, "without a name");
    if (json.registeredName != null || !"keras.layers".equals(json.module)) {
      throw new KerasImportException(
          "layer '%s' is of class %s from %s, which is not one of Keras' own: replace it by layers"
                  .formatted(name, className, json.module)
              + " of keras.layers");
    }
    String snake = snakeCase(className);
    int number = seen.merge(snake, 1, Integer::sum) - 1;
    return new KerasLayer(
        className,
        name,
        number == 0 ? snake : snake + "_" + number,
        Objects.requireNonNullElse(json.config, MissingNode.getInstance()),
        Objects.requireNonNullElse(json.inboundNodes, MissingNode.getInstance()));
  }

  /** Keras' {@code to_snake_case} (keras/src/utils/naming.py). */
  private static String snakeCase(String className) {
    return className
        .replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** Names of the layers whose outputs it takes, in the order of its arguments. */
  List<String> inputs() {
    if (inboundNodes.size() > 1) {
      throw new KerasImportException(
          "layer '%s' (%s) is called %d times; layers that are shared are not read: give each call"
                  .formatted(name, className, inboundNodes.size())
              + " a layer of its own");
    }
    List<String> names = new ArrayList<>();
    if (inboundNodes.isEmpty()) {
      return names;
    }
    JsonNode call = inboundNodes.path(0);
    collect(call.path("args"), names);
    for (var argument : call.path("kwargs").properties()) {
      if (!argument.getValue().isNull()) {
        throw new KerasImportException(
            "layer '%s' (%s) is called with %s = %s, which is not read: call it without"
                .formatted(name, className, argument.getKey(), argument.getValue()));
      }
    }
    return names;
  }

  private void collect(JsonNode argument, List<String> names) {
    if (argument.isArray()) {
      argument.forEach(element -> collect(element, names));
    } else if (TENSOR.equals(argument.path("class_name").asText())) {
      JsonNode history = argument.path("config").path("keras_history");
      if (history.path(1).asInt() != 0 || history.path(2).asInt() != 0) {
        throw new KerasImportException(
            "layer '%s' (%s) takes output %s; only layers with one output are read"
                .formatted(name, className, history));
      }
      names.add(history.path(0).asText());
    } else {
      throw new KerasImportException(
          "layer '%s' (%s) is called with %s, which is no layer's output: call it with tensors alone"
              .formatted(name, className, argument));
    }
  }
}
