package dev.imprint.tensorflow.picture.format;

import javax.imageio.IIOException;

/** Checks the blocks before a GIF's first frame (GIF89a, sections 17 to 26). */
public final class GifExtensions {
  /**
   * The platform's reader takes quadratic time for a comment: 20 ms for this much, seconds for a
   * few MiB.
   */
  static final int MOST_BYTES = 256 * 1024;

  private static final int HEADER_BYTES = 13;
  private static final int FLAGS_AT = 10;
  private static final int HAS_COLORS = 0x80;
  private static final int COLORS_SIZE = 0x07;
  private static final int EXTENSION = 0x21;

  private GifExtensions() {}

  /**
   * @throws IIOException if the extensions exceed the limit; corrupt ones are left to the reader
   */
  public static void refuseMany(byte[] gif) throws IIOException {
    int start = HEADER_BYTES;
    int flags = at(gif, FLAGS_AT);
    if ((flags & HAS_COLORS) != 0) {
      start += 3 << ((flags & COLORS_SIZE) + 1);
    }
    int at = start;
    while (at(gif, at) == EXTENSION) {
      at += 2; // its label, too
      while (at(gif, at) != 0) {
        at += 1 + at(gif, at);
      }
      at++;
    }
    if (at - start > MOST_BYTES) {
      throw new IIOException(
          "%d bytes of comments and other extensions before its picture; the limit is %d"
              .formatted(at - start, MOST_BYTES));
    }
  }

  /** Beyond the end it is 0, which terminates everything. */
  private static int at(byte[] gif, int index) {
    return index < gif.length ? gif[index] & 0xFF : 0;
  }
}
