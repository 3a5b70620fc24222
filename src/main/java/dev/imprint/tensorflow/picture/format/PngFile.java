package dev.imprint.tensorflow.picture.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import javax.imageio.IIOException;

/**
 * A PNG's header, read before anything is unpacked (ISO/IEC 15948), and the file without the chunks
 * that no pixel needs: decoding should not fail because of profiles, texts or the duplicates that
 * phones and editors write, and compressed ones could fill libpng's memory.
 *
 * @param transparent whether it has an alpha channel or a tRNS chunk
 * @param pixels the file with only the chunks that its pixels need
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PngFile(
    int height, int width, boolean transparent, Orientation orientation, byte[] pixels) {
  private static final int SIGNATURE_BYTES = 8;
  private static final int HEADER_BYTES = 13;
  private static final int COLOR_TYPE_AT = 9;
  private static final int HAS_ALPHA = 4;

  /** Of a chunk, around its data: length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private static final Set<String> WANTED = Set.of("IHDR", "PLTE", "tRNS", "IDAT");
  private static final byte[] END = {
    0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 66, 96, (byte) 130
  };

  /**
   * @throws IOException if it does not begin with a header that states a size
   */
  public static PngFile read(byte[] file) throws IOException {
    ByteArrayOutputStream wanted = new ByteArrayOutputStream(file.length);
    wanted.write(file, 0, SIGNATURE_BYTES);
    ByteBuffer header = null;
    boolean transparent = false;
    Orientation orientation = null;
    int at = SIGNATURE_BYTES;
    while (at + FRAME_BYTES <= file.length) {
      ByteBuffer chunk = ByteBuffer.wrap(file, at, file.length - at).slice();
      int length = chunk.getInt();
      String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (length < 0 || length > chunk.capacity() - FRAME_BYTES || type.equals("IEND")) {
        break; // a part of the last chunk, if it is the picture's, is no picture
      }
      if (type.equals("IHDR") && header == null && length == HEADER_BYTES) {
        header = chunk.slice(8, length);
      }
      transparent |= type.equals("tRNS");
      if (type.equals("eXIf") && orientation == null) {
        orientation = ExifOrientation.ofExif(Arrays.copyOfRange(file, at + 8, at + 8 + length));
      }
      if (WANTED.contains(type) || isCritical(type)) {
        wanted.write(file, at, length + FRAME_BYTES);
      }
      at += length + FRAME_BYTES;
    }
    wanted.writeBytes(END);
    if (header == null || header.getInt(0) < 1 || header.getInt(4) < 1) {
      throw new IIOException("its header gives no size");
    }
    return new PngFile(
        header.getInt(4),
        header.getInt(0),
        transparent || (header.get(COLOR_TYPE_AT) & HAS_ALPHA) != 0,
        orientation == null ? Orientation.UPRIGHT : orientation,
        wanted.toByteArray());
  }

  /** A decoder that does not know it cannot show the picture, and libpng reports that. */
  private static boolean isCritical(String type) {
    return Character.isUpperCase(type.charAt(0));
  }
}
