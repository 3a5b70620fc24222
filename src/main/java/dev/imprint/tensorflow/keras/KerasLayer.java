package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a model's configuration.
 *
 * @param className Keras' class, such as {@code Conv2D}; {@code ops.Add} for bare tensor arithmetic
 * @param names its name, after those of the models that contain it; in Keras 2, names may contain
 *     slashes
 * @param weightsPath the groups that lead to its weights in {@code model.weights.h5}: Keras counts
 *     the layers of each class in the file's order and does not use their names
 * @param json as in the file
 * @param calls one for each time that it was called
 * @param model the inner model, if it is one
 */
public record KerasLayer(
    String className,
    List<String> names,
    List<String> weightsPath,
    JsonNode json,
    List<KerasCall> calls,
    @Nullable KerasModel model) {
  public static final String INPUT = "InputLayer";

  public KerasLayer {
    names = List.copyOf(names);
    weightsPath = List.copyOf(weightsPath);
    calls = List.copyOf(calls);
  }

  /** Its constructor arguments. */
  public JsonNode config() {
    return json.path("config");
  }

  /** Its names, joined: {@code backbone/conv1}. */
  public String path() {
    return String.join("/", names);
  }

  /** Its name in the model that contains it. */
  public String name() {
    return names.get(names.size() - 1);
  }

  /**
   * A layer that is part of this one.
   *
   * @param name that Keras gives it
   * @param group of its weights in {@code model.weights.h5}, below this layer's
   * @param json its constructor arguments
   */
  public KerasLayer part(String name, String group, JsonNode json) {
    return new KerasLayer(
        json.has("class_name") ? KerasClass.of(json) : className,
        Stream.concat(names.stream(), Stream.of(name)).toList(),
        Stream.concat(weightsPath.stream(), Stream.of(group)).toList(),
        json,
        List.of(),
        null);
  }

  public boolean isInput() {
    return className.equals(INPUT);
  }

  public boolean isOp() {
    return className.startsWith(KerasClass.OP);
  }

  /** For messages. */
  public String label() {
    return "layer '%s' (%s)".formatted(path(), className);
  }
}
