package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** Parts of {@code config.json} in the form in which Keras 3 writes them. */
public final class KerasJson {
  static final String FLOAT32 = "float32";

  /** Everything is computed in float32 here, so that is what an exported network says, too. */
  private static final Set<String> OTHER_FLOATS =
      Set.of("mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64");

  private KerasJson() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** A layer's output as an argument of a call. */
  public static ObjectNode tensor(KerasCall.Tensor tensor) {
    ObjectNode json = object().put("class_name", "__keras_tensor__");
    ObjectNode config = json.putObject("config");
    config.putArray("shape").addNull();
    config.put("dtype", FLOAT32).set("keras_history", history(tensor));
    return json;
  }

  public static ArrayNode history(KerasCall.Tensor tensor) {
    return array().add(tensor.layer()).add(tensor.call()).add(tensor.output());
  }

  /** Sets every policy of another float type to float32. */
  public static void useFloat32(JsonNode json) {
    for (JsonNode parent : json.findParents("dtype")) {
      JsonNode type = parent.get("dtype");
      if (OTHER_FLOATS.contains(type.asText())) {
        ((ObjectNode) parent).put("dtype", FLOAT32);
      } else if (OTHER_FLOATS.contains(type.path("config").path("name").asText())) {
        ((ObjectNode) type.get("config")).put("name", FLOAT32);
      }
    }
  }
}
