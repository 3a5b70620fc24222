package dev.imprint.tensorflow.picture.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.IIOException;
import org.jspecify.annotations.Nullable;

/**
 * One frame of a WebP, as a separate file with nothing else, so that its reader can see no other
 * size, and no profile, text or second frame.
 *
 * @param codeGroups of a lossless one, or of a lossy one's alpha; 0 if it has neither
 * @param codeBytes that these could be stored in
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WebPFrame(
    int height, int width, boolean lossy, int codeGroups, int codeBytes, byte[] file) {
  private static final int FILE_HEADER = 12;
  private static final int LOSSLESS_HEADER = 5;
  private static final int LOSSY_HEADER = 10;
  private static final byte LOSSLESS_SIGNATURE = 0x2F;
  private static final int SIZE_14_BITS = 0x3FFF;
  private static final int COMPRESSION = 3;
  private static final int HAS_ALPHA = 0x10;

  /** Readers read a few bytes ahead. */
  private static final int FILLING = 32;

  /**
   * @throws IIOException if its header is corrupt
   */
  static WebPFrame read(byte[] file, WebPFile.RiffChunk image, WebPFile.@Nullable RiffChunk alpha)
      throws IIOException {
    return image.type().equals("VP8L") ? lossless(file, image) : lossy(file, image, alpha);
  }

  private static WebPFrame lossless(byte[] file, WebPFile.RiffChunk image) throws IIOException {
    int sizes = numbers(file).getInt(image.start() + 1);
    if (file[image.start()] != LOSSLESS_SIGNATURE || sizes >>> 29 != 0) {
      throw new IIOException("its header is damaged");
    }
    int width = 1 + (sizes & SIZE_14_BITS);
    int height = 1 + (sizes >> 14 & SIZE_14_BITS);
    int start = image.start() + LOSSLESS_HEADER;
    int groups = LosslessWebP.codeGroups(file, start, image.end(), height, width);
    byte[] alone = riff(size(image));
    put(behindHeader(alone), file, image);
    return new WebPFrame(height, width, false, groups, image.end() - start, alone);
  }

  private static WebPFrame lossy(
      byte[] file, WebPFile.RiffChunk image, WebPFile.@Nullable RiffChunk alpha)
      throws IIOException {
    int at = image.start();
    if (image.end() - at < LOSSY_HEADER
        || (file[at] & 1) != 0
        || file[at + 3] != (byte) 0x9D
        || file[at + 4] != 1
        || file[at + 5] != 0x2A) {
      throw new IIOException("its header is damaged");
    }
    int width = numbers(file).getShort(at + 6) & SIZE_14_BITS;
    int height = numbers(file).getShort(at + 8) & SIZE_14_BITS;
    if (width < 1 || height < 1) {
      throw new IIOException("its size is %d × %d".formatted(width, height));
    }
    if (alpha == null) {
      byte[] alone = riff(size(image));
      put(behindHeader(alone), file, image);
      return new WebPFrame(height, width, true, 0, 0, alone);
    }
    if ((file[alpha.start()] & COMPRESSION) != 1) {
      throw new IIOException("its alpha is uncompressed, which is not supported");
    }
    int start = alpha.start() + 1;
    int groups = LosslessWebP.codeGroups(file, start, alpha.end(), height, width);
    byte[] alone = riff(8 + 10 + size(alpha) + size(image));
    ByteBuffer to = behindHeader(alone);
    to.put(ascii("VP8X")).putInt(10).putInt(HAS_ALPHA);
    put24(to, width - 1);
    put24(to, height - 1);
    put(to, file, alpha);
    put(to, file, image);
    return new WebPFrame(height, width, true, groups, alpha.end() - start, alone);
  }

  private static ByteBuffer numbers(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int size(WebPFile.RiffChunk chunk) {
    int length = chunk.end() - chunk.start();
    return 8 + length + (length & 1);
  }

  private static byte[] riff(int length) {
    byte[] riff = new byte[FILE_HEADER + length + FILLING];
    numbers(riff).put(ascii("RIFF")).putInt(4 + length).put(ascii("WEBP"));
    return riff;
  }

  private static ByteBuffer behindHeader(byte[] riff) {
    return numbers(riff).position(FILE_HEADER);
  }

  private static void put(ByteBuffer to, byte[] file, WebPFile.RiffChunk chunk) {
    int length = chunk.end() - chunk.start();
    to.put(ascii(chunk.type())).putInt(length).put(file, chunk.start(), length);
    to.position(to.position() + (length & 1));
  }

  private static void put24(ByteBuffer to, int value) {
    to.putShort((short) value).put((byte) (value >> 16));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
