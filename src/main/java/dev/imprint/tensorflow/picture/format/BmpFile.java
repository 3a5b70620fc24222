package dev.imprint.tensorflow.picture.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.IIOException;

/**
 * Repairs a BMP's header for the platform's reader, which trusts the stated file size and supports
 * only headers of 12, 40, 108 and 124 bytes: some programs omit the size, and OS/2 and older
 * graphics programs write 16, 52, 56 or 64 bytes.
 */
public final class BmpFile {
  private static final int SIZE_AT = 2;
  private static final int PIXELS_AT = 10;
  private static final int HEADER_AT = 14;
  private static final int COMPRESSION_AT = 30;
  private static final int CORE = 12;
  private static final int SHORTEST_OS2 = 16;
  private static final int INFO = 40;
  private static final int MASKED = 52;
  private static final int LONGEST_OS2 = 64;
  private static final int BIT_FIELDS = 3;
  private static final int EMBEDDED_JPEG = 4;
  private static final int EMBEDDED_PNG = 5;

  private BmpFile() {}

  /**
   * @throws IOException if it is truncated, or contains another file
   */
  public static byte[] inOrder(byte[] file) throws IOException {
    if (file.length < HEADER_AT + CORE) {
      throw new IIOException("it ends in the middle of its header");
    }
    int header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(HEADER_AT);
    boolean os2 = header >= SHORTEST_OS2 && header <= LONGEST_OS2 && header != INFO;
    if (os2 && file.length < HEADER_AT + header) {
      throw new IIOException("it ends in the middle of its header");
    }
    byte[] ordered = os2 ? withInfoHeader(file, header) : file.clone();
    ByteBuffer bmp = ByteBuffer.wrap(ordered).order(ByteOrder.LITTLE_ENDIAN);
    bmp.putInt(SIZE_AT, ordered.length);
    if (header >= SHORTEST_OS2 && ordered.length >= COMPRESSION_AT + Integer.BYTES) {
      int compression = bmp.getInt(COMPRESSION_AT);
      // The reader would pass it to another one, bypassing the limits.
      if (compression == EMBEDDED_JPEG || compression == EMBEDDED_PNG) {
        throw new IIOException("it contains a JPEG or PNG: send that file itself");
      }
      if (os2 && header != MASKED && header != MASKED + 4 && compression == BIT_FIELDS) {
        throw new IIOException("it uses fax compression, which is not supported");
      }
    }
    return ordered;
  }

  /** With a header of 40 bytes; color masks stay, since they are expected after it. */
  private static byte[] withInfoHeader(byte[] file, int header) {
    ByteBuffer old = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean masks =
        header >= MASKED && header < LONGEST_OS2 && old.getInt(COMPRESSION_AT) == BIT_FIELDS;
    int kept = masks ? header : Math.min(header, INFO);
    int written = masks ? header : INFO;
    int rest = file.length - HEADER_AT - header;
    ByteBuffer bmp = ByteBuffer.allocate(HEADER_AT + written + rest).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put(file, 0, HEADER_AT + kept);
    bmp.position(HEADER_AT + written);
    bmp.put(file, HEADER_AT + header, rest);
    bmp.putInt(HEADER_AT, INFO);
    bmp.putInt(PIXELS_AT, old.getInt(PIXELS_AT) + written - header);
    return bmp.array();
  }
}
