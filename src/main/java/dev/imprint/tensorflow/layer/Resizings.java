package dev.imprint.tensorflow.layer;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.image.ResizeArea;
import org.tensorflow.op.image.ResizeBicubic;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ResizeNearestNeighbor;
import org.tensorflow.op.image.ScaleAndTranslate;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Keras' UpSampling2D, Resizing and crops, and the resizing of keras.ops and tf.image, with
 * half-pixel centres as there.
 */
final class Resizings {
  private interface Resampling {
    Operand<TFloat32> resize(Ops tf, Operand<TFloat32> images, int height, int width);
  }

  private static final Map<String, Resampling> PLAIN =
      Map.of(
          "nearest",
          (tf, images, height, width) ->
              tf.image.resizeNearestNeighbor(
                  images, size(tf, height, width), ResizeNearestNeighbor.halfPixelCenters(true)),
          "bilinear",
          (tf, images, height, width) ->
              tf.image.resizeBilinear(
                  images, size(tf, height, width), ResizeBilinear.halfPixelCenters(true)),
          "bicubic",
          (tf, images, height, width) ->
              tf.image.resizeBicubic(
                  images, size(tf, height, width), ResizeBicubic.halfPixelCenters(true)),
          "area",
          (tf, images, height, width) ->
              ResizeArea.create(tf.scope(), images, size(tf, height, width)),
          "lanczos3",
          (tf, images, height, width) -> kernel(tf, images, height, width, "lanczos3", false),
          "lanczos5",
          (tf, images, height, width) -> kernel(tf, images, height, width, "lanczos5", false));

  /** Over as many pixels as are merged into one, if the picture gets smaller. */
  private static final Map<String, Resampling> ANTIALIASED =
      Map.of(
          "nearest", interpolation("nearest"),
          "area", interpolation("area"),
          "bilinear", (tf, images, h, w) -> kernel(tf, images, h, w, "triangle", true),
          "bicubic", (tf, images, h, w) -> kernel(tf, images, h, w, "keyscubic", true),
          "lanczos3", (tf, images, h, w) -> kernel(tf, images, h, w, "lanczos3", true),
          "lanczos5", (tf, images, h, w) -> kernel(tf, images, h, w, "lanczos5", true));

  private Resizings() {}

  private static Resampling interpolation(String name) {
    return Objects.requireNonNull(PLAIN.get(name));
  }

  private static Operand<TInt32> size(Ops tf, int height, int width) {
    return tf.constant(new int[] {height, width});
  }

  private static Operand<TFloat32> kernel(
      Ops tf, Operand<TFloat32> images, int height, int width, String type, boolean antialias) {
    float[] scale = {
      (float) height / LayerBuilder.size(images, 1), (float) width / LayerBuilder.size(images, 2)
    };
    return tf.image.scaleAndTranslate(
        images,
        size(tf, height, width),
        tf.constant(scale),
        tf.constant(new float[2]),
        ScaleAndTranslate.kernelType(type),
        ScaleAndTranslate.antialias(antialias));
  }

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
    int[] size = {options.size("height", 0), options.size("width", 0)};
    Operand<TFloat32> input = call.only(inputs, 4);
    return resize(call, aspect(call, input, size), size[0], size[1]);
  }

  /** keras.ops.image.resize and tf.image.resize. */
  static Operand<TFloat32> resizeOp(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int[] size = call.options().list("size").pair();
    return resize(call, aspect(call, call.only(inputs, 4), size), size[0], size[1]);
  }

  /** Cropped or padded to its target shape, if the options say so. */
  private static Operand<TFloat32> aspect(
      LayerBuilder.Call call, Operand<TFloat32> input, int[] size) {
    LayerOptions options = call.options();
    boolean pad = options.flag("pad_to_aspect_ratio", false);
    options.require("fill_mode", "\"constant\"");
    float fill = options.isNull("fill_value") ? 0 : options.number("fill_value");
    if (options.flag("crop_to_aspect_ratio", false)) {
      return largest(call.tf(), input, size);
    }
    if (!pad) {
      return input;
    }
    int[] of = sides(input);
    int height = Math.max(of[0], part(of[1], size[0], size[1]));
    int width = Math.max(of[1], part(of[0], size[1], size[0]));
    int top = (height - of[0]) / 2;
    int left = (width - of[1]) / 2;
    int[][] border = {{0, 0}, {top, top}, {left, left}, {0, 0}}; // symmetric, as in Keras
    return call.tf().pad(input, call.tf().constant(border), call.tf().constant(fill));
  }

  private static int[] sides(Operand<TFloat32> images) {
    return new int[] {LayerBuilder.size(images, 1), LayerBuilder.size(images, 2)};
  }

  /** side × target / other, rounded down as in Keras. */
  private static int part(int side, int target, int other) {
    return (int) ((float) Math.multiplyExact(side, target) / other);
  }

  /** The largest centred window of this shape. */
  private static Operand<TFloat32> largest(Ops tf, Operand<TFloat32> input, int[] size) {
    int[] of = sides(input);
    int height = Math.max(1, Math.min(of[0], part(of[1], size[0], size[1])));
    int width = Math.max(1, Math.min(of[1], part(of[0], size[1], size[0])));
    return window(tf, input, height, width);
  }

  private static Operand<TFloat32> window(Ops tf, Operand<TFloat32> input, int height, int width) {
    int[] of = sides(input);
    int[] begin = {0, (of[0] - height) / 2, (of[1] - width) / 2, 0};
    return tf.slice(input, tf.constant(begin), tf.constant(new int[] {-1, height, width, -1}));
  }

  /** The centre, or if the picture is smaller, the largest window of that shape, resized. */
  static Operand<TFloat32> centerCrop(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs, 4);
    LayerOptions options = call.options();
    options.require("data_format", LayerBuilders.CHANNELS_LAST);
    int[] size = {options.size("height", 0), options.size("width", 0)};
    int[] of = sides(input);
    return of[0] >= size[0] && of[1] >= size[1]
        ? window(call.tf(), input, size[0], size[1])
        : smart(call.tf(), input, size);
  }

  private static Operand<TFloat32> smart(Ops tf, Operand<TFloat32> input, int[] size) {
    return interpolation("bilinear").resize(tf, largest(tf, input, size), size[0], size[1]);
  }

  /** In serving, Keras 3 does not change pictures; Keras 2, which had no formats, resized them. */
  static Operand<TFloat32> randomCrop(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    LayerOptions options = call.options();
    int[] size = {options.size("height", 0), options.size("width", 0)};
    options.get("seed");
    options.get("rng_type");
    boolean keras3 = !options.isNull("data_format");
    options.require("data_format", LayerBuilders.CHANNELS_LAST);
    call.variables().ignoreAll();
    Operand<TFloat32> input = call.only(inputs, 4);
    return keras3 ? input : smart(call.tf(), input, size);
  }

  private static Operand<TFloat32> resize(
      LayerBuilder.Call call, Operand<TFloat32> input, int height, int width) {
    LayerOptions options = call.options();
    options.require("data_format", LayerBuilders.CHANNELS_LAST);
    boolean antialias = options.flag("antialias", false);
    return options
        .oneOf("interpolation", antialias ? ANTIALIASED : PLAIN)
        .resize(call.tf(), input, height, width);
  }

  /** Luminance, with the weights of keras.ops and tf.image. */
  static Operand<TFloat32> rgbToGrayscale(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    return luminance(call.tf(), call.only(inputs, 4), 0.2989f, 0.5870f, 0.1140f);
  }

  static Operand<TFloat32> luminance(Ops tf, Operand<TFloat32> rgb, float... weights) {
    if (LayerBuilder.channels(rgb) != weights.length) {
      throw new IllegalArgumentException("three channels are expected");
    }
    Operand<TFloat32> weighted = tf.math.mul(rgb, tf.constant(weights));
    return tf.reduceSum(weighted, tf.constant(-1), ReduceSum.keepDims(true));
  }
}
