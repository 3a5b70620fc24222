package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;

/** Which of Keras' own classes a layer is of; no other's code is ever looked for, let alone run. */
final class KerasClass {
  /** Arithmetic as Keras 2 recorded it, under the names of Keras 3. */
  private static final Map<String, String> TF_OPS =
      Map.of(
          "math.add", "ops.Add",
          "__operators__.add", "ops.Add",
          "math.subtract", "ops.Subtract",
          "math.multiply", "ops.Multiply",
          "math.truediv", "ops.TrueDivide",
          "math.negative", "ops.Negative",
          "nn.relu", "ops.Relu",
          "nn.silu", "ops.Silu",
          "math.sigmoid", "ops.Sigmoid",
          "math.tanh", "ops.Tanh");

  private static final String TF_LAMBDA = "TFOpLambda";

  private KerasClass() {}

  /** The class's name, with {@code ops.} before it if it is bare arithmetic. */
  static String of(JsonNode node) {
    String className = node.path("class_name").asText("without a class");
    if (!isKeras(node)) {
      return className;
    }
    if (className.equals(TF_LAMBDA)) {
      return TF_OPS.getOrDefault(node.path("config").path("function").asText(), className);
    }
    return isOp(node) ? "ops." + className : className;
  }

  /**
   * Refuses what holds code.
   *
   * @throws KerasImportException naming the layer and what to do
   */
  static void requireOwn(KerasLayer layer) {
    JsonNode node = layer.json();
    if (layer.className().equals("Lambda")) {
      throw new KerasImportException(
          "layer '%s' is a Lambda: the Python code in it is never run; write it with layers or"
                  .formatted(layer.path())
              + " keras.ops, or cut the network before it (embedding_layers)");
    }
    if (layer.className().equals(TF_LAMBDA)) {
      throw new KerasImportException(
          "layer '%s' calls tf.%s, which is not known; known are %s: replace it by a layer"
              .formatted(
                  layer.path(),
                  layer.config().path("function").asText(),
                  TF_OPS.keySet().stream().sorted().toList()));
    }
    if (!isKeras(node)) {
      throw new KerasImportException(
          "layer '%s' is of class %s from %s, which is not one of Keras' own and whose code is never"
                  .formatted(
                      layer.path(), layer.className(), node.path("module").asText("no module"))
              + " run: replace it by layers of keras.layers, or cut the network before it"
              + " (embedding_layers)");
    }
  }

  private static boolean isOp(JsonNode node) {
    JsonNode module = node.path("module");
    if (module.isTextual()) {
      return !module.asText().equals("keras.layers")
          && (module.asText().startsWith("keras.src.ops.")
              || module.asText().startsWith("keras.src.activations."));
    }
    // An .h5 file leaves the module out, but every layer of it says whether it is trainable.
    return !node.path("class_name").asText().equals(KerasLayer.INPUT)
        && !node.path("config").has("trainable")
        && !node.path("config").has("layers")
        && !node.path("config").isArray()
        && !node.path("config").has("dtype");
  }

  static boolean isKeras(JsonNode node) {
    String module = node.path("module").asText("keras.layers");
    JsonNode registered = node.path("registered_name");
    boolean own =
        node.path("module").isNull()
            ? registered.isNull() || registered.isMissingNode()
            : module.equals("keras") || module.startsWith("keras.");
    return own
        && (registered.isNull()
            || registered.isMissingNode()
            || registered.asText().equals(node.path("class_name").asText())
                && module.startsWith("keras.src."));
  }

  /**
   * The name of a layer's group in {@code model.weights.h5}.
   *
   * @param seen how many layers of each class came before; counted on
   */
  static String counted(String className, Map<String, Integer> seen) {
    String snake = snakeCase(className);
    int number = seen.merge(snake, 1, Integer::sum) - 1;
    return number == 0 ? snake : snake + "_" + number;
  }

  /** Keras' {@code to_snake_case} (keras/src/utils/naming.py). */
  private static String snakeCase(String className) {
    return className
        .replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }
}
