package dev.imprint.tensorflow.picture;

import dev.imprint.model.Pixels;
import dev.imprint.tensorflow.session.GraphSession;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.IntDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.DecodeJpeg;
import org.tensorflow.op.image.DecodePng;
import org.tensorflow.op.image.EncodeJpeg;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ScaleAndTranslate;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;

/**
 * TensorFlow's part of decoding: unpacks a file and resizes it, in one run of one graph.
 * Thread-safe; {@link #close} waits for running calls. The owner must close it.
 */
final class PictureGraph implements AutoCloseable {
  private static final long JPEG_QUALITY = 95;

  /** For people, who see no difference to more at this size; a third of the bytes. */
  private static final long THUMBNAIL_QUALITY = 80;

  private static final int PIXELS_AT_ONCE = 1 << 18;

  private final GraphSession session;
  private final boolean antialias;

  private final Placeholder<TString> file;
  private final Placeholder<TUint8> bytes;
  private final Placeholder<TUint16> blended;
  private final Placeholder<TInt32> corner;
  private final Placeholder<TInt32> extent;
  private final Placeholder<TInt32> target;
  private final Placeholder<TInt32> bottom;

  private final Operand<TInt32> jpegShape;
  private final Operand<TFloat32> fromJpeg;
  private final Operand<TUint8> bottomLeast;
  private final Operand<TUint8> bottomMost;
  private final Operand<TFloat32> fromPng;
  private final Operand<TUint8> rgba;
  private final Operand<TFloat32> fromBlended;
  private final Operand<TFloat32> fromBgr;
  private final Operand<TFloat32> fromRgb;
  private final Operand<TString> png;
  private final Operand<TString> jpeg;
  private final Operand<TString> thumbnail;

  /**
   * @param antialias like {@code tf.image.resize}'s argument of that name
   */
  PictureGraph(boolean antialias, ConfigProto config) {
    this.antialias = antialias;
    session = new GraphSession(config);
    try {
      Ops tf = session.ops();
      file = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
      bytes = tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, Pixels.CHANNELS)));
      blended = tf.placeholder(TUint16.class, Placeholder.shape(Shape.of(-1, -1, Pixels.CHANNELS)));
      corner = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(3)));
      extent = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(3)));
      target = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(2)));
      bottom = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(3)));

      jpegShape = tf.image.extractJpegShape(file);
      DecodeJpeg unpacked = tf.image.decodeJpeg(file, DecodeJpeg.channels(3L));
      fromJpeg = resize(tf, unpacked);
      Operand<TInt32> all = tf.constant(new int[] {-1, -1, -1});
      Operand<TInt32> axes = tf.constant(new int[] {0, 1, 2});
      Operand<TUint8> rows = tf.slice(unpacked, bottom, all);
      bottomLeast = tf.reduceMin(rows, axes);
      bottomMost = tf.reduceMax(rows, axes);
      fromPng = resize(tf, tf.image.decodePng(file, TUint8.class, DecodePng.channels(3L)));
      rgba = tf.image.decodePng(file, TUint8.class, DecodePng.channels(4L));
      fromBlended = tf.math.div(resize(tf, blended), tf.constant((float) WhiteBackground.SCALE));
      fromRgb = resize(tf, bytes);
      fromBgr = tf.reverse(fromRgb, tf.constant(new int[] {-1}));
      png = tf.image.encodePng(bytes);
      jpeg =
          tf.image.encodeJpeg(
              bytes, EncodeJpeg.quality(JPEG_QUALITY).chromaDownsampling(false).format("rgb"));
      thumbnail = tf.image.encodeJpeg(bytes, EncodeJpeg.quality(THUMBNAIL_QUALITY).format("rgb"));
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Equivalent to tf.image.resize(method="bilinear") (tensorflow/python/ops/image_ops_impl.py). */
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
   * Memory for resizing: smoothing first produces all rows, at their original width, in float32.
   */
  long bytes(Window window) {
    return antialias
        ? (long) Float.BYTES * Pixels.CHANNELS * window.targetHeight() * window.width()
        : 0;
  }

  /** A file's bytes for the calls below; the caller must close it. */
  static TString contents(byte[] file) {
    return TString.tensorOfBytes(NdArrays.scalarOfObject(file));
  }

  /**
   * Height and width as the JPEG's decoder sees them, without unpacking it; another reader of the
   * header could be tricked into seeing others.
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
   * Whether a truncated JPEG still has some of the rows from this one on. libjpeg shows rows
   * without data in the gray of all-zero coefficients, which TensorFlow turns into 63 or 64 if
   * there are four inks.
   */
  boolean jpegHasRowsFrom(TString contents, int row) {
    try (TInt32 from = TInt32.vectorOf(row, 0, 0);
        Result result =
            session
                .runner()
                .feed(file, contents)
                .feed(bottom, from)
                .fetch(bottomLeast)
                .fetch(bottomMost)
                .run()) {
      int least = ((TUint8) result.get(0)).getByte() & 0xFF;
      int most = ((TUint8) result.get(1)).getByte() & 0xFF;
      boolean gray = least == 128 && most == 128;
      boolean grayOfInks = least >= 63 && most <= 64;
      return !gray && !grayOfInks;
    }
  }

  /** A PNG without transparency. */
  Pixels png(TString contents, Window window) {
    return run(file, contents, fromPng, window);
  }

  /** A PNG with transparency, on a white background. */
  Pixels transparentPng(TString contents, Window window) {
    try (TUint16 part = onWhite(contents, window)) {
      return run(blended, part, fromBlended, window.alone());
    }
  }

  /** The window's part; the picture it was cropped from is freed before it is resized. */
  private TUint16 onWhite(TString contents, Window window) {
    try (Result result = session.runner().feed(file, contents).fetch(rgba).run()) {
      return WhiteBackground.blend(result.get(0).asRawTensor(), window);
    }
  }

  /** Source of pixels for {@link #bgr}. */
  interface PixelRows {
    /**
     * @return rows × width × 3: blue, green, red
     */
    byte[] read(int first, int rows);
  }

  /** Processes some rows at a time, so that the picture is not in memory twice. */
  Pixels bgr(PixelRows source, int height, int width, Window window) {
    Shape shape = Shape.of(height, width, Pixels.CHANNELS);
    int atOnce = Math.max(1, PIXELS_AT_ONCE / width);
    try (TUint8 tensor =
        TUint8.tensorOf(
            shape,
            pixels -> {
              ByteDataBuffer to = pixels.asRawTensor().data();
              for (int row = 0; row < height; row += atOnce) {
                byte[] part = source.read(row, Math.min(atOnce, height - row));
                to.offset((long) row * width * Pixels.CHANNELS).write(part);
              }
            })) {
      return run(bytes, tensor, fromBgr, window);
    }
  }

  Pixels resized(Pixels pixels, Window window) {
    try (TUint8 tensor = rounded(pixels)) {
      return run(bytes, tensor, fromRgb, window);
    }
  }

  byte[] encodePng(Pixels pixels) {
    return encode(pixels, png);
  }

  /** Without chroma subsampling. */
  byte[] encodeJpeg(Pixels pixels) {
    return encode(pixels, jpeg);
  }

  /** A JPEG to look at. */
  byte[] encodeThumbnail(Pixels pixels) {
    return encode(pixels, thumbnail);
  }

  private byte[] encode(Pixels pixels, Operand<TString> encoded) {
    try (TUint8 tensor = rounded(pixels);
        Result result = session.runner().feed(bytes, tensor).fetch(encoded).run()) {
      return ((TString) result.get(0)).asBytes().getObject();
    }
  }

  private static TUint8 rounded(Pixels pixels) {
    byte[] values = new byte[pixels.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) Math.round(pixels.values()[i]);
    }
    Shape shape = Shape.of(pixels.height(), pixels.width(), Pixels.CHANNELS);
    return TUint8.tensorOf(shape, DataBuffers.of(values));
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
