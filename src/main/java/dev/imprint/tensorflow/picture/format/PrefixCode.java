package dev.imprint.tensorflow.picture.format;

import java.util.Arrays;
import javax.imageio.IIOException;

/** A canonical prefix code of a lossless WebP (RFC 9649, section 3.7.2). */
final class PrefixCode {
  private static final int LONGEST = 15;
  private static final int[] LENGTHS_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };
  private static final int USUAL_LENGTH = 8;
  private static final int REPEAT = 16;
  private static final int FEW_ZEROS = 17;

  private final int[] ofLength = new int[LONGEST + 1];
  private final int[] symbols; // by length, then by value

  /**
   * @param lengths by symbol, 0 for unused ones
   * @throws IIOException if no code has these lengths
   */
  private PrefixCode(int[] lengths) throws IIOException {
    int used = 0;
    for (int length : lengths) {
      ofLength[length]++;
      used += length > 0 ? 1 : 0;
    }
    ofLength[0] = 0;
    symbols = new int[used];
    int next = 0;
    int space = 1;
    for (int length = 1; length <= LONGEST; length++) {
      space = 2 * space - ofLength[length];
      for (int symbol = 0; ofLength[length] > 0 && symbol < lengths.length; symbol++) {
        if (lengths[symbol] == length) {
          symbols[next++] = symbol;
        }
      }
      if (space < 0) {
        break;
      }
    }
    if (used != 1 && space != 0) {
      throw new IIOException("it has an invalid prefix code");
    }
  }

  private PrefixCode(int first, int second) {
    symbols = new int[] {first, second};
    ofLength[1] = 2;
  }

  static PrefixCode read(LsbBits bits, int alphabet) throws IIOException {
    if (bits.read(1) == 0) {
      return new PrefixCode(lengths(bits, alphabet));
    }
    int count = bits.read(1) + 1;
    int first = bits.read(bits.read(1) == 1 ? Byte.SIZE : 1);
    if (count == 2) {
      return new PrefixCode(first, bits.read(Byte.SIZE));
    }
    int[] one = new int[first + 1];
    one[first] = 1;
    return new PrefixCode(one);
  }

  private static int[] lengths(LsbBits bits, int alphabet) throws IIOException {
    int[] lengthsOfLengths = new int[LENGTHS_ORDER.length];
    int given = bits.read(4) + 4;
    for (int i = 0; i < given; i++) {
      lengthsOfLengths[LENGTHS_ORDER[i]] = bits.read(3);
    }
    PrefixCode code = new PrefixCode(lengthsOfLengths);
    int left = bits.read(1) == 1 ? 2 + bits.read(2 + 2 * bits.read(3)) : alphabet;
    int[] lengths = new int[alphabet];
    int last = USUAL_LENGTH;
    for (int symbol = 0; symbol < alphabet && left > 0; left--) {
      int length = code.next(bits);
      if (length < REPEAT) {
        lengths[symbol++] = length;
        last = length > 0 ? length : last;
        continue;
      }
      int times =
          length == REPEAT
              ? 3 + bits.read(2)
              : length == FEW_ZEROS ? 3 + bits.read(3) : 11 + bits.read(7);
      if (symbol + times > alphabet) {
        throw new IIOException("it has an invalid prefix code");
      }
      Arrays.fill(lengths, symbol, symbol + times, length == REPEAT ? last : 0);
      symbol += times;
    }
    return lengths;
  }

  int next(LsbBits bits) throws IIOException {
    if (symbols.length == 1) {
      return symbols[0]; // zero bits long
    }
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code |= bits.read(1);
      int count = ofLength[length];
      if (code - first < count) {
        return symbols[index + code - first];
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new IIOException("it has an invalid prefix code");
  }
}
