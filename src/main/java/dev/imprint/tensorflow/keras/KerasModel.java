package dev.imprint.tensorflow.keras;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Keras model, functional or Sequential.
 *
 * @param layers by name, in the file's order
 * @param inputs names of its input layers, in the order of its arguments
 * @param outputs its outputs, in order
 */
public record KerasModel(
    Map<String, KerasLayer> layers, List<String> inputs, List<KerasCall.Tensor> outputs) {
  public KerasModel {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
