package dev.imprint.tensorflow;

import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Selects the embedding layer if a description names none. */
final class EmbeddingLayer {
  /**
   * Layer classes that output one number per channel, independent of the position in the picture.
   */
  static final Set<String> POOLED =
      Set.of(
          "GlobalAveragePooling1D",
          "GlobalAveragePooling2D",
          "GlobalMaxPooling1D",
          "GlobalMaxPooling2D");

  /** Outputs that a message lists if there are several. */
  private static final int NAMED = 5;

  private EmbeddingLayer() {}

  /**
   * Goes back from the output as long as each layer has one input: to the last global pooling, else
   * to the last Flatten, else to the input of the first Dense, else it is the output. Branches are
   * not entered: squeeze-and-excitation pools too, but its output is no embedding.
   *
   * @return path of the layer
   * @throws KerasImportException if the network has several outputs
   */
  static String of(KerasNetwork network) {
    List<KerasNode> outputs = network.outputs();
    if (outputs.size() != 1) {
      throw new KerasImportException(
          "the network has %d outputs (%s%s): name the embedding layer in its YAML"
                  .formatted(
                      outputs.size(),
                      outputs.stream()
                          .limit(NAMED)
                          .map(output -> output.layer().path())
                          .collect(Collectors.joining(", ")),
                      outputs.size() > NAMED ? " …" : "")
              + " (embedding_layers)");
    }
    Map<String, KerasNode> byId = new HashMap<>();
    network.upTo(outputs).forEach(node -> byId.put(node.id(), node));
    KerasNode flat = null;
    KerasNode beforeDense = null;
    KerasNode node = outputs.get(0);
    while (node != null) {
      String className = node.layer().className();
      if (POOLED.contains(className)) {
        return node.layer().path();
      }
      if (className.equals("Flatten") && flat == null) {
        flat = node;
      }
      KerasNode before = onlyInput(node, byId);
      if (className.equals("Dense") && before != null) {
        beforeDense = before;
      }
      node = before;
    }
    KerasNode other = Objects.requireNonNullElse(beforeDense, outputs.get(0));
    return Objects.requireNonNullElse(flat, other).layer().path();
  }

  /** Null if it has no input or several. */
  static @Nullable KerasNode onlyInput(KerasNode node, Map<String, KerasNode> byId) {
    List<String> inputs = node.inputs().toList();
    return inputs.size() == 1 ? byId.get(inputs.get(0)) : null;
  }
}
