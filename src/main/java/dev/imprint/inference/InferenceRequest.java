package dev.imprint.inference;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to know.
 *
 * @param id of the request, returned in the answer
 * @param parameters of extensions; those that are not known are ignored
 * @param inputs one, the picture
 * @param outputs that are wanted; null for all
 */
record InferenceRequest(
    @Nullable String id,
    @Nullable Map<String, Object> parameters,
    List<Input> inputs,
    @Nullable List<Output> outputs) {
  InferenceRequest {
    inputs = List.copyOf(Objects.requireNonNull(inputs, "inputs"));
  }

  /**
   * A tensor.
   *
   * @param shape by dimension; of one element in all
   * @param data elements in lists, nested as in the shape or not; null if they follow the JSON
   */
  record Input(
      String name,
      List<Long> shape,
      String datatype,
      @Nullable Map<String, Object> parameters,
      @Nullable Object data) {
    Input {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(datatype, "datatype");
      shape = List.copyOf(Objects.requireNonNull(shape, "shape"));
    }
  }

  record Output(String name, @Nullable Map<String, Object> parameters) {
    Output {
      Objects.requireNonNull(name, "name");
    }
  }
}
