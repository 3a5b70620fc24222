package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.imprint.tensorflow.keras.KerasImportException;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.StridedSlice;
import org.tensorflow.types.TFloat32;

/**
 * {@code x[:, 1:, ..., None, 0]} as both versions of Keras write it; the first axis, the batch,
 * must be taken whole.
 */
final class Slicing {
  private static final int MOST_PARTS = 30; // bits in TensorFlow's masks

  private final LayerBuilder.Call call;
  private final int[] begin;
  private final int[] end;
  private final int[] step;
  private long beginMask;
  private long endMask;
  private long shrinkMask;
  private long newAxisMask;

  private Slicing(LayerBuilder.Call call, int parts) {
    this.call = call;
    begin = new int[parts];
    end = new int[parts];
    step = new int[parts];
  }

  static Operand<TFloat32> getItem(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    JsonNode key = call.key();
    if (key == null) {
      throw new KerasImportException(call.layer().label() + " does not say which part it takes");
    }
    List<JsonNode> parts = withoutEllipsis(key, LayerBuilder.rank(x));
    boolean whole =
        !parts.isEmpty()
            && isSlice(parts.get(0))
            && bounds(parts.get(0)).valueStream().allMatch(JsonNode::isNull);
    if (!whole || parts.size() > MOST_PARTS) {
      throw refusal(call, "begin with ':', because operations across images are not supported");
    }
    Slicing slicing = new Slicing(call, parts.size());
    for (int i = 0; i < parts.size(); i++) {
      slicing.add(i, parts.get(i));
    }
    return slicing.of(x);
  }

  /** The ellipsis stands for the axes that the others leave. */
  private static List<JsonNode> withoutEllipsis(JsonNode key, int rank) {
    List<JsonNode> given = new ArrayList<>();
    (key.isArray() ? key : JsonNodeFactory.instance.arrayNode().add(key)).forEach(given::add);
    long taken = given.stream().filter(part -> !part.isNull() && !isEllipsis(part)).count();
    List<JsonNode> parts = new ArrayList<>();
    for (JsonNode part : given) {
      if (isEllipsis(part)) {
        for (; taken < rank; taken++) {
          parts.add(JsonNodeFactory.instance.objectNode().putNull("start"));
        }
      } else {
        parts.add(part);
      }
    }
    return parts;
  }

  private static boolean isEllipsis(JsonNode part) {
    return part.path("class_name").asText().equals("__ellipsis__");
  }

  private static boolean isSlice(JsonNode part) {
    return part.isObject() && (bounds(part).has("start") || bounds(part).has("stop"));
  }

  private static JsonNode bounds(JsonNode slice) {
    return slice.path("class_name").asText().equals("__slice__") ? slice.path("config") : slice;
  }

  private void add(int i, JsonNode part) {
    step[i] = 1;
    if (part.isNull()) {
      newAxisMask |= 1L << i;
    } else if (part.isInt()) {
      begin[i] = part.intValue();
      end[i] = part.intValue() + 1;
      endMask |= part.intValue() == -1 ? 1L << i : 0;
      shrinkMask |= 1L << i;
    } else if (isSlice(part)) {
      JsonNode slice = bounds(part);
      begin[i] = slice.path("start").asInt();
      end[i] = slice.path("stop").asInt();
      step[i] = slice.path("step").asInt(1);
      beginMask |= slice.path("start").isInt() ? 0 : 1L << i;
      endMask |= slice.path("stop").isInt() ? 0 : 1L << i;
    } else {
      throw refusal(call, "only numbers and slices are supported");
    }
  }

  private Operand<TFloat32> of(Operand<TFloat32> x) {
    Ops tf = call.tf();
    return tf.stridedSlice(
        x,
        tf.constant(begin),
        tf.constant(end),
        tf.constant(step),
        StridedSlice.beginMask(beginMask),
        StridedSlice.endMask(endMask),
        StridedSlice.shrinkAxisMask(shrinkMask),
        StridedSlice.newAxisMask(newAxisMask));
  }

  private static KerasImportException refusal(LayerBuilder.Call call, String advice) {
    return new KerasImportException(
        "%s takes the part %s of its input; %s"
            .formatted(call.layer().label(), call.key(), advice));
  }
}
