package dev.imprint.tensorflow.picture.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a picture's orientation from its EXIF data (EXIF 2.32, a TIFF structure), and nothing else:
 * other entries do not matter, even if they are corrupt, missing or expensive to read. A picture
 * without a readable orientation is upright, as in viewers.
 */
public final class ExifOrientation {
  private static final int START_OF_SCAN = 0xDA;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int APP1 = 0xE1;
  private static final byte[] PREAMBLE = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

  private static final int TIFF_HEADER_BYTES = 8;
  private static final int ENTRY_BYTES = 12;
  private static final int ORIENTATION = 0x0112;
  private static final int LONG = 4;

  private ExifOrientation() {}

  public static Orientation ofJpeg(byte[] file) {
    int at = 2;
    while (at + 4 <= file.length && file[at] == (byte) 0xFF) {
      int marker = file[at + 1] & 0xFF;
      if (marker == START_OF_SCAN || marker == END_OF_IMAGE) {
        break;
      }
      if (marker == 0xFF) {
        at++; // padding
        continue;
      }
      int start = at + 4;
      int end = at + 2 + ((file[at + 2] & 0xFF) << 8 | file[at + 3] & 0xFF);
      int exif = start + PREAMBLE.length;
      if (marker == APP1
          && exif <= Math.min(end, file.length)
          && Arrays.equals(file, start, exif, PREAMBLE, 0, PREAMBLE.length)) {
        return ofExif(Arrays.copyOfRange(file, exif, Math.min(end, file.length)));
      }
      at = Math.max(end, start);
    }
    return Orientation.UPRIGHT;
  }

  /** Considers the entries that exist, whatever number is stated. */
  static Orientation ofExif(byte[] exif) {
    if (exif.length < TIFF_HEADER_BYTES) {
      return Orientation.UPRIGHT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(exif);
    tiff.order(exif[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (directory > exif.length - 2) {
      return Orientation.UPRIGHT;
    }
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    int at = (int) directory + 2;
    for (int i = 0; i < entries && at + ENTRY_BYTES <= exif.length; i++, at += ENTRY_BYTES) {
      if (Short.toUnsignedInt(tiff.getShort(at)) == ORIENTATION) {
        int type = tiff.getShort(at + 2);
        return Orientation.ofExif(type == LONG ? tiff.getInt(at + 8) : tiff.getShort(at + 8));
      }
    }
    return Orientation.UPRIGHT;
  }
}
