package dev.imprint.tensorflow;

import dev.imprint.model.Pixels;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.IntDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.DecodeJpeg;
import org.tensorflow.op.image.DecodePng;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ScaleAndTranslate;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;

/**
 * TensorFlow's part in decoding: unpacks a file and resizes it, in one run of one graph. Safe for
 * use by several threads at once; {@link #close} waits for calls under way. Its owner closes it.
 */
final class PictureGraph implements AutoCloseable {
  private final GraphSession session;
  private final boolean antialias;

  private final Placeholder<TString> file;
  private final Placeholder<TUint8> bgr;
  private final Placeholder<TInt32> corner;
  private final Placeholder<TInt32> extent;
  private final Placeholder<TInt32> target;

  private final Operand<TInt32> jpegShape;
  private final Operand<TFloat32> fromJpeg;
  private final Operand<TFloat32> fromPng;
  private final Operand<TFloat32> fromTransparentPng;
  private final Operand<TFloat32> fromBgr;

  /**
   * @param antialias as {@code tf.image.resize}'s argument of that name
   */
  PictureGraph(boolean antialias, TensorFlowConfig config) {
    this.antialias = antialias;
    session = new GraphSession(config.cpuSession());
    Ops tf = session.ops();
    file = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    bgr = tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, Pixels.CHANNELS)));
    corner = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(3)));
    extent = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(3)));
    target = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(2)));

    jpegShape = tf.image.extractJpegShape(file);
    fromJpeg = resize(tf, tf.image.decodeJpeg(file, DecodeJpeg.channels(3L)));
    fromPng = resize(tf, tf.image.decodePng(file, TUint8.class, DecodePng.channels(3L)));
    fromTransparentPng =
        onWhite(tf, tf.image.decodePng(file, TUint8.class, DecodePng.channels(4L)));
    fromBgr = tf.reverse(resize(tf, bgr), tf.constant(new int[] {-1}));
  }

  /** What tf.image.resize(method="bilinear") does (tensorflow/python/ops/image_ops_impl.py). */
  private Operand<TFloat32> resize(Ops tf, Operand<? extends TNumber> picture) {
    Operand<? extends TNumber> part =
        tf.expandDims(tf.slice(picture, corner, extent), tf.constant(0));
    if (!antialias) {
      return tf.image.resizeBilinear(part, target, ResizeBilinear.halfPixelCenters(true));
    }
    Operand<TInt32> size = tf.slice(extent, tf.constant(new int[1]), tf.constant(new int[] {2}));
    Operand<TFloat32> scale =
        tf.math.div(tf.dtypes.cast(target, TFloat32.class), tf.dtypes.cast(size, TFloat32.class));
    return tf.image.scaleAndTranslate(
        part,
        target,
        scale,
        tf.constant(new float[2]),
        ScaleAndTranslate.kernelType("triangle"),
        ScaleAndTranslate.antialias(true));
  }

  /**
   * Blends before it resizes, in 16 bits: 255 × 255 - alpha × (255 - color) is 255 times what color
   * on white gives, so nothing is rounded and a large picture takes half of what floats would.
   */
  private Operand<TFloat32> onWhite(Ops tf, Operand<TUint8> rgba) {
    Operand<TUint16> wide = tf.dtypes.cast(rgba, TUint16.class);
    Operand<TInt32> all = tf.constant(new int[] {-1, -1, Pixels.CHANNELS});
    Operand<TUint16> color = tf.slice(wide, tf.constant(new int[3]), all);
    Operand<TUint16> alpha =
        tf.slice(wide, tf.constant(new int[] {0, 0, 3}), tf.constant(new int[] {-1, -1, 1}));
    Operand<TUint16> white = tf.dtypes.cast(tf.constant(255), TUint16.class);
    Operand<TUint16> whiteSquared = tf.dtypes.cast(tf.constant(255 * 255), TUint16.class);
    Operand<TUint16> darkening = tf.math.mul(alpha, tf.math.sub(white, color));
    Operand<TUint16> blended = tf.math.sub(whiteSquared, darkening);
    return tf.math.div(resize(tf, blended), tf.constant(255f));
  }

  /** A file's bytes for the calls below; the caller closes it. */
  static TString contents(byte[] file) {
    return TString.tensorOfBytes(NdArrays.scalarOfObject(file));
  }

  /**
   * Height and width as the JPEG's decoder sees them, which unpacks nothing for it; another reader
   * of the header could be led to see others.
   */
  int[] jpegSize(TString contents) {
    try (Result result = session.runner().feed(file, contents).fetch(jpegShape).run()) {
      IntDataBuffer shape = result.get(0).asRawTensor().data().asInts();
      return new int[] {shape.getInt(0), shape.getInt(1)};
    }
  }

  Pixels jpeg(TString contents, Window window) {
    return run(file, contents, fromJpeg, window);
  }

  /**
   * @param transparent whether it has an alpha channel or a tRNS chunk
   */
  Pixels png(TString contents, boolean transparent, Window window) {
    return run(file, contents, transparent ? fromTransparentPng : fromPng, window);
  }

  /**
   * @param pixels height × width × 3, blue, green, red
   */
  Pixels bgr(byte[] pixels, int height, int width, Window window) {
    Shape shape = Shape.of(height, width, Pixels.CHANNELS);
    try (TUint8 tensor = TUint8.tensorOf(shape, DataBuffers.of(pixels))) {
      return run(bgr, tensor, fromBgr, window);
    }
  }

  private Pixels run(Operand<?> input, Tensor value, Operand<TFloat32> output, Window window) {
    try (TInt32 from = TInt32.vectorOf(window.top(), window.left(), 0);
        TInt32 size = TInt32.vectorOf(window.height(), window.width(), Pixels.CHANNELS);
        TInt32 to = TInt32.vectorOf(window.targetHeight(), window.targetWidth());
        Result result =
            session
                .runner()
                .feed(input, value)
                .feed(corner, from)
                .feed(extent, size)
                .feed(target, to)
                .fetch(output)
                .run()) {
      int height = window.targetHeight();
      int width = window.targetWidth();
      float[] values = new float[height * width * Pixels.CHANNELS];
      result.get(0).asRawTensor().data().asFloats().read(values);
      return new Pixels(height, width, values);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
