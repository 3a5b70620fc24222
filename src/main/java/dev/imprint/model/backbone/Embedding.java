package dev.imprint.model.backbone;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An embedding to learn from, in half precision (11 significant bits), since tens of thousands are
 * held in memory. All numbers share a power of two as a factor, by which the largest is scaled to
 * the upper end of a half's range: so neither the size of a network's numbers nor its unit matters.
 * Immutable.
 */
public final class Embedding {
  /** Bytes per embedding in addition to its halves, in {@link #bytes}. */
  private static final int FACTOR_BYTES = 1;

  /** Of the largest number once scaled; a half goes up to 2^16. */
  private static final int LARGEST_EXPONENT = 14;

  /** Differs between the exponents of a float and a half of the same bits, shifted. */
  private static final float HALF = 0x1p-112f;

  private static final float SINGLE = 0x1p112f;

  private static final int DROPPED_BITS = 13;
  private static final int SIGN = 0x8000;

  private final EmbeddingLayers layers;
  private final short[] halves;
  private final byte exponent;

  private Embedding(EmbeddingLayers layers, short[] halves, byte exponent) {
    this.layers = layers;
    this.halves = halves;
    this.exponent = exponent;
  }

  /**
   * @param numbers finite; as many as the layers say
   */
  public static Embedding of(float[] numbers, EmbeddingLayers layers) {
    if (numbers.length != layers.dimension()) {
      throw new IllegalArgumentException(
          "%d numbers, but the layers have %d".formatted(numbers.length, layers.dimension()));
    }
    float largest = 0;
    for (float number : numbers) {
      largest = Math.max(largest, Math.abs(number));
    }
    // At least -112: the factor must be a float, and its inverse too.
    int exponent = Math.max(-112, Math.getExponent(largest) - LARGEST_EXPONENT);
    float factor = Math.scalb(1f, -exponent);
    short[] halves = new short[numbers.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = half(numbers[i] * factor);
    }
    return new Embedding(layers, halves, (byte) exponent);
  }

  /** Of a single layer. */
  public static Embedding of(float... numbers) {
    return of(numbers, EmbeddingLayers.ofOne(numbers.length));
  }

  /**
   * Decodes the embedding that {@link #bytes} encoded.
   *
   * @throws IllegalArgumentException if it is not as long as the layers say
   */
  public static Embedding ofBytes(byte[] bytes, EmbeddingLayers layers) {
    if (bytes.length != bytes(layers)) {
      throw new IllegalArgumentException(
          "%d bytes are not an embedding of these layers".formatted(bytes.length));
    }
    short[] halves = new short[layers.dimension()];
    ByteBuffer.wrap(bytes, FACTOR_BYTES, bytes.length - FACTOR_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asShortBuffer()
        .get(halves);
    return new Embedding(layers, halves, bytes[0]);
  }

  /** Length of {@link #bytes}. */
  public static int bytes(EmbeddingLayers layers) {
    return FACTOR_BYTES + layers.dimension() * Short.BYTES;
  }

  /** For the disk: the common exponent, then the halves, little-endian. */
  public byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(bytes(layers)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(exponent).asShortBuffer().put(halves);
    return bytes.array();
  }

  public EmbeddingLayers layers() {
    return layers;
  }

  public int size() {
    return halves.length;
  }

  /** A copy, in single precision. */
  public float[] numbers() {
    return numbers(0);
  }

  /** A copy of the last layer's: what a picture looks like, whatever else heads learn from. */
  public float[] lastLayer() {
    return numbers(halves.length - layers.last().size());
  }

  /** Without all but the last layer. */
  public Embedding lastAlone() {
    int from = halves.length - layers.last().size();
    return from == 0
        ? this
        : new Embedding(
            layers.lastAlone(), Arrays.copyOfRange(halves, from, halves.length), exponent);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Embedding its
        && exponent == its.exponent
        && Arrays.equals(halves, its.halves)
        && layers.equals(its.layers);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(halves);
  }

  /** A copy of the numbers from this one on, in single precision. */
  public float[] numbers(int from) {
    float factor = Math.scalb(1f, exponent);
    float[] numbers = new float[halves.length - from];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = single(halves[from + i]) * factor;
    }
    return numbers;
  }

  /**
   * Rounded to the nearest; within a half's range. Java 17 has no conversion of its own (Java 20's
   * is {@code Float.floatToFloat16}).
   */
  private static short half(float number) {
    int bits = Float.floatToRawIntBits(number * HALF);
    int magnitude = bits & Integer.MAX_VALUE;
    magnitude += (1 << DROPPED_BITS - 1) - 1 + (magnitude >> DROPPED_BITS & 1); // ties to even
    return (short) (bits >>> Short.SIZE & SIGN | magnitude >> DROPPED_BITS);
  }

  private static float single(short half) {
    int bits = (half & SIGN) << Short.SIZE | (half & SIGN - 1) << DROPPED_BITS;
    return Float.intBitsToFloat(bits) * SINGLE;
  }
}
