package dev.imprint.tensorflow.picture.format;

import javax.imageio.IIOException;

/** Bits of a lossless WebP, least significant bit of each byte first. */
final class LsbBits {
  private final byte[] file;
  private final int end;
  private int at;
  private int bit;

  LsbBits(byte[] file, int start, int end) {
    this.file = file;
    this.at = start;
    this.end = end;
  }

  /**
   * @return with the first bit as the least significant one
   * @throws IIOException beyond the end
   */
  int read(int count) throws IIOException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      if (at >= end) {
        throw new IIOException("it ends in the middle of its header");
      }
      value |= (file[at] >> bit & 1) << i;
      if (++bit == Byte.SIZE) {
        bit = 0;
        at++;
      }
    }
    return value;
  }
}
