package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a model's configuration.
 *
 * @param className Keras' class, {@code Conv2D} say; {@code ops.Add} for bare tensor arithmetic
 * @param path its name, behind those of the models that it lies in: {@code backbone/conv1}
 * @param weightsPath the groups that lead to its weights in {@code model.weights.h5}: Keras counts
 *     the layers of each class in the file's order and does not use their names
 * @param json as the file has it
 * @param calls one for each time that it was called
 * @param model what is inside, if it is a model itself
 */
record KerasLayer(
    String className,
    String path,
    List<String> weightsPath,
    JsonNode json,
    List<KerasCall> calls,
    @Nullable KerasModel model) {
  static final String INPUT = "InputLayer";

  KerasLayer {
    weightsPath = List.copyOf(weightsPath);
    calls = List.copyOf(calls);
  }

  /** The arguments that it was made with. */
  JsonNode config() {
    return json.path("config");
  }

  /** Its name in the model that it lies in. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  boolean isInput() {
    return className.equals(INPUT);
  }

  boolean isOp() {
    return className.startsWith("ops.");
  }

  /** For messages. */
  String label() {
    return "layer '%s' (%s)".formatted(path, className);
  }
}
