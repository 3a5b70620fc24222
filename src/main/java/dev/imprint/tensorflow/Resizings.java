package dev.imprint.tensorflow;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeBicubic;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ResizeNearestNeighbor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Keras' UpSampling2D and Resizing, with pixels' centres at halves as there. */
final class Resizings {
  private interface Interpolation {
    Operand<TFloat32> resize(Ops tf, Operand<TFloat32> images, Operand<TInt32> size);
  }

  private static final Map<String, Interpolation> INTERPOLATIONS =
      Map.of(
          "nearest",
          (tf, images, size) ->
              tf.image.resizeNearestNeighbor(
                  images, size, ResizeNearestNeighbor.halfPixelCenters(true)),
          "bilinear",
          (tf, images, size) ->
              tf.image.resizeBilinear(images, size, ResizeBilinear.halfPixelCenters(true)),
          "bicubic",
          (tf, images, size) ->
              tf.image.resizeBicubic(images, size, ResizeBicubic.halfPixelCenters(true)));

  private Resizings() {}

  static Operand<TFloat32> upSampling2d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs, 4);
    int[] factors = call.options().list("size").pair();
    return resize(
        call,
        input,
        Math.multiplyExact(LayerBuilder.size(input, 1), factors[0]),
        Math.multiplyExact(LayerBuilder.size(input, 2), factors[1]));
  }

  static Operand<TFloat32> resizing(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    LayerOptions options = call.options();
    options.require("crop_to_aspect_ratio", "false");
    options.require("pad_to_aspect_ratio", "false");
    options.require("antialias", "false");
    options.get("fill_mode"); // of the padding that is not there
    options.get("fill_value");
    return resize(call, call.only(inputs, 4), options.size("height", 0), options.size("width", 0));
  }

  private static Operand<TFloat32> resize(
      LayerBuilder.Call call, Operand<TFloat32> input, int height, int width) {
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    return call.options()
        .oneOf("interpolation", INTERPOLATIONS)
        .resize(call.tf(), input, call.tf().constant(new int[] {height, width}));
  }
}
