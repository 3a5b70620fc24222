package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A network's input: one picture, in colour or grayscale. */
public final class KerasInput {
  private static final Set<String> FLOATS = Set.of("float32", "float64", "float16", "bfloat16");
  private static final Set<String> WHOLE = Set.of("uint8", "uint16", "int16", "int32", "int64");

  /** Relative luminance of red, green and blue (ITU-R BT.601), as in JPEG and PIL. */
  private static final float[] LUMINANCE = {0.299f, 0.587f, 0.114f};

  private KerasInput() {}

  /**
   * @param nodes those that will be built
   */
  public static void requireOne(List<KerasNode> nodes) {
    List<String> inputs =
        nodes.stream()
            .filter(node -> node.layer().isInput() && !node.passesOn())
            .map(KerasNode::id)
            .toList();
    if (inputs.size() > 1) {
      throw new KerasImportException(
          ("the network has the inputs %s; only one is supported, the picture: cut it where the"
                      + " others do not")
                  .formatted(inputs)
              + " matter (embedding_layers)");
    }
  }

  /** The shape of a batch as stated in the file. */
  public static JsonNode shape(KerasLayer layer) {
    JsonNode batch = layer.config().path("batch_shape");
    return batch.isArray() ? batch : layer.config().path("batch_input_shape");
  }

  /** Whether the network takes one number per pixel. */
  public static boolean takesGray(KerasLayer layer) {
    return layer.isInput() && shape(layer).path(3).asInt() == 1;
  }

  /** A copy: the weights of red, green and blue. */
  public static float[] luminance() {
    return LUMINANCE.clone();
  }

  /** The integer type that the network takes; null if it takes floats. */
  public static @Nullable String wholeType(KerasLayer layer) {
    String type = new LayerOptions(layer).type();
    return WHOLE.contains(type) ? type : null;
  }

  /**
   * Converts pictures for the network: colours to luminance if it takes grayscale, and numbers to
   * integers if it takes those, truncated as in Keras.
   *
   * @param image n × height × width × 3, or × 1
   */
  static Operand<TFloat32> of(Ops tf, KerasLayer layer, Operand<TFloat32> image) {
    Operand<TFloat32> seen =
        takesGray(layer) && LayerBuilder.channels(image) == LUMINANCE.length
            ? Resizings.luminance(tf, image, LUMINANCE)
            : image;
    requireFit(layer, seen.shape());
    return wholeType(layer) == null ? seen : ArrayOps.whole(tf, seen);
  }

  private static void requireFit(KerasLayer layer, Shape image) {
    LayerOptions options = new LayerOptions(layer);
    if (!FLOATS.contains(options.type()) && !WHOLE.contains(options.type())) {
      throw options.refusal("dtype", options.get("dtype"), "numbers are expected");
    }
    options.require("sparse", "false");
    options.require("ragged", "false");
    options.require("optional", "false");
    JsonNode shape = shape(layer);
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
