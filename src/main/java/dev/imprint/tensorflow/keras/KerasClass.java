package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Determines which of Keras' own classes a layer has; no other code is ever looked up, let alone
 * run.
 */
public final class KerasClass {
  /** Package names that Keras itself uses. */
  private static final List<String> PACKAGES = List.of("keras", "tf_keras", "tensorflow.keras");

  /** Prefix of the names of ops. */
  public static final String OP = "ops.";

  private KerasClass() {}

  /** The class's name, prefixed with {@code ops.} if it is bare arithmetic. */
  public static String of(JsonNode node) {
    String className = node.path("class_name").asText("without a class");
    if (!isKeras(node)) {
      return className;
    }
    if (TensorFlowFunctions.LAYERS.contains(className)) {
      String op = TensorFlowFunctions.op(node);
      return op == null ? className : OP + op;
    }
    return isOp(node) ? OP + className : className;
  }

  /**
   * Refuses layers that contain code.
   *
   * @throws KerasImportException naming the layer and what to do
   */
  public static void requireOwn(KerasLayer layer) {
    JsonNode node = layer.json();
    if (layer.className().equals("Lambda")) {
      throw new KerasImportException(
          "layer '%s' is a Lambda: the Python code in it is never run; write it with layers or"
                  .formatted(layer.path())
              + " keras.ops, or cut the network before it (embedding_layers)");
    }
    if (TensorFlowFunctions.LAYERS.contains(layer.className())) {
      throw new KerasImportException(
          ("layer '%s' calls tf.%s, which is not supported: replace it with a layer, or cut the"
                      + " network")
                  .formatted(layer.path(), TensorFlowFunctions.function(node))
              + " before it (embedding_layers)");
    }
    if (!isKeras(node)) {
      throw new KerasImportException(
          "layer '%s' is of class %s from %s, which is not part of Keras, and custom code is never"
                  .formatted(
                      layer.path(), layer.className(), node.path("module").asText("no module"))
              + " run: replace it with layers from keras.layers, or cut the network before it"
              + " (embedding_layers)");
    }
  }

  /** Whether it is arithmetic on tensors, without weights. */
  static boolean isOp(JsonNode node) {
    if (TensorFlowFunctions.LAYERS.contains(node.path("class_name").asText())) {
      return true;
    }
    JsonNode module = node.path("module");
    if (module.isTextual()) {
      return !module.asText().equals("keras.layers")
          && (module.asText().startsWith("keras.src.ops.")
              || module.asText().startsWith("keras.src.activations."));
    }
    // An .h5 file omits the module, but states for every layer whether it is trainable.
    return !node.path("class_name").asText().equals(KerasLayer.INPUT)
        && !node.path("config").has("trainable")
        && !node.path("config").has("layers")
        && !node.path("config").isArray()
        && !node.path("config").has("dtype");
  }

  public static boolean isKeras(JsonNode node) {
    String module = node.path("module").asText("keras.layers");
    JsonNode registered = node.path("registered_name");
    boolean own =
        node.path("module").isNull()
            ? registered.isNull() || registered.isMissingNode()
            : PACKAGES.stream().anyMatch(p -> module.equals(p) || module.startsWith(p + "."));
    return own
        && (registered.isNull()
            || registered.isMissingNode()
            || registered.asText().equals(node.path("class_name").asText())
                && !module.equals("keras.layers"));
  }

  /**
   * The name of a layer's group in {@code model.weights.h5}.
   *
   * @param seen how many layers of each class came before; incremented
   */
  public static String counted(String className, Map<String, Integer> seen) {
    // The only class that is not exported under its own name.
    boolean renamed = className.equals("GroupQueryAttention");
    String snake = snakeCase(renamed ? "GroupedQueryAttention" : className);
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
