package dev.imprint.tensorflow.picture.format;

import java.util.HashSet;
import java.util.Set;
import javax.imageio.IIOException;

/**
 * Checks the part before the pixels of a lossless WebP, or of a lossy one's alpha (RFC 9649,
 * section 3). The reader would apply as many transforms as a file requests, at three bits each, and
 * build as many codes, so a few bytes could keep it busy for hours, or fill the heap.
 */
final class LosslessWebP {
  /** The most that Google's encoder writes. */
  static final int MOST_CODE_GROUPS = 2_600;

  private static final int COLORS_INDEXED = 3;
  private static final int GREEN_SUBTRACTED = 2;
  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;
  private static final int MOST_CACHE_BITS = 11;

  private final LsbBits bits;
  private int largestPixel; // red and green of a pixel in the image read last

  private LosslessWebP(LsbBits bits) {
    this.bits = bits;
  }

  /**
   * The number of groups of Huffman codes, five codes each.
   *
   * @throws IIOException if it is corrupt, has a transform twice or too many groups
   */
  static int codeGroups(byte[] file, int start, int end, int height, int width)
      throws IIOException {
    return new LosslessWebP(new LsbBits(file, start, end)).codeGroups(height, width);
  }

  private int codeGroups(int height, int width) throws IIOException {
    Set<Integer> transforms = new HashSet<>();
    int packed = width;
    while (bits.read(1) == 1) {
      int transform = bits.read(2);
      if (!transforms.add(transform)) {
        throw new IIOException("it has a transform twice");
      }
      if (transform == COLORS_INDEXED) {
        int colors = bits.read(Byte.SIZE) + 1;
        skip(colors);
        packed = blocks(packed, colors > 16 ? 0 : colors > 4 ? 1 : colors > 2 ? 2 : 3);
      } else if (transform != GREEN_SUBTRACTED) {
        skipBlocks(height, packed);
      }
    }
    cacheSize();
    if (bits.read(1) == 0) {
      return 1;
    }
    skipBlocks(height, packed);
    if (largestPixel >= MOST_CODE_GROUPS) {
      throw new IIOException(
          "it has more than %d groups of Huffman codes".formatted(MOST_CODE_GROUPS));
    }
    return largestPixel + 1;
  }

  private void skipBlocks(int height, int width) throws IIOException {
    int size = bits.read(3) + 2;
    skip(blocks(height, size) * blocks(width, size));
  }

  private static int blocks(int pixels, int size) {
    return (pixels + (1 << size) - 1) >> size;
  }

  private int cacheSize() throws IIOException {
    if (bits.read(1) == 0) {
      return 0;
    }
    int size = bits.read(4);
    if (size < 1 || size > MOST_CACHE_BITS) {
      throw new IIOException("its color cache has %d bits".formatted(size));
    }
    return 1 << size;
  }

  /** Skips an image within the image; copying in it makes none of its pixels larger. */
  private void skip(int pixels) throws IIOException {
    PrefixCode green = PrefixCode.read(bits, LITERALS + LENGTHS + cacheSize());
    PrefixCode red = PrefixCode.read(bits, LITERALS);
    PrefixCode blue = PrefixCode.read(bits, LITERALS);
    PrefixCode alpha = PrefixCode.read(bits, LITERALS);
    PrefixCode distance = PrefixCode.read(bits, DISTANCES);
    largestPixel = 0;
    for (int left = pixels; left > 0; left--) {
      int symbol = green.next(bits);
      if (symbol < LITERALS) {
        largestPixel = Math.max(largestPixel, red.next(bits) << Byte.SIZE | symbol);
        blue.next(bits);
        alpha.next(bits);
      } else if (symbol < LITERALS + LENGTHS) {
        left -= number(symbol - LITERALS) - 1;
        number(distance.next(bits));
      }
    }
  }

  private int number(int prefix) throws IIOException {
    if (prefix < 4) {
      return prefix + 1;
    }
    int extra = (prefix - 2) >> 1;
    return ((2 + (prefix & 1)) << extra) + bits.read(extra) + 1;
  }
}
