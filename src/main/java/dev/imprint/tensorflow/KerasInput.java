package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.tensorflow.ndarray.Shape;

/** What a network takes: one picture. */
final class KerasInput {
  private KerasInput() {}

  /**
   * @param nodes those that will be built
   */
  static void requireOne(List<KerasNode> nodes) {
    List<String> inputs =
        nodes.stream()
            .filter(node -> node.layer().isInput() && !node.passesOn())
            .map(KerasNode::id)
            .toList();
    if (inputs.size() > 1) {
      throw new KerasImportException(
          "the network has the inputs %s; one is read, the picture: cut it where the others do not"
                  .formatted(inputs)
              + " matter (embedding_layers)");
    }
  }

  /**
   * @param image n × height × width × 3
   */
  static void requireFit(KerasLayer layer, Shape image) {
    LayerOptions options = new LayerOptions(layer);
    options.require("sparse", "false");
    options.require("ragged", "false");
    options.require("optional", "false");
    JsonNode batch = options.get("batch_shape");
    JsonNode shape = batch.isArray() ? batch : options.get("batch_input_shape");
    boolean fits = shape.size() == 4;
    for (int axis = 1; fits && axis < 4; axis++) {
      // null: any size
      fits = shape.path(axis).isNull() || shape.path(axis).asLong() == image.get(axis);
    }
    if (!fits) {
      throw options.refusal(
          "batch_shape",
          shape,
          "the description's input_size gives " + image + "; make them equal");
    }
    options.refuseUnread();
  }
}
