package dev.imprint.tensorflow.picture.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOException;
import org.jspecify.annotations.Nullable;

/**
 * A WebP's header, read before anything is unpacked (RFC 9649), for its first frame if it has
 * several. Profiles and texts are skipped, as in other formats.
 *
 * @param height of the canvas
 * @param width of the canvas
 * @param left of the frame, on the canvas
 * @param top of the frame, on the canvas
 */
public record WebPFile(
    int height, int width, int left, int top, Orientation orientation, WebPFrame frame) {
  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int ANIMATION_FRAME = 16;
  private static final byte[] EXIF_PREAMBLE = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

  /** Data of a chunk. */
  record RiffChunk(String type, int start, int end) {}

  /** Walks the chunks of one file. */
  private static final class Reading {
    private final byte[] file;
    private final ByteBuffer numbers;
    private @Nullable RiffChunk extended;
    private @Nullable RiffChunk animated;
    private @Nullable RiffChunk alpha;
    private @Nullable RiffChunk image;
    private @Nullable Orientation orientation;

    Reading(byte[] file) {
      this.file = file;
      numbers = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    WebPFile read() throws IIOException {
      chunks(FIRST_CHUNK, file.length, false);
      if (image == null) {
        throw new IIOException("it ends before its image data");
      }
      RiffChunk canvas = extended;
      WebPFrame frame = WebPFrame.read(file, image, canvas == null ? null : alpha);
      int height = canvas == null ? frame.height() : 1 + uint24(canvas.start() + 7);
      int width = canvas == null ? frame.width() : 1 + uint24(canvas.start() + 4);
      RiffChunk part = animated;
      int left = part == null ? 0 : 2 * uint24(part.start());
      int top = part == null ? 0 : 2 * uint24(part.start() + 3);
      boolean fits =
          part == null
              ? frame.height() == height && frame.width() == width
              : frame.height() == 1 + uint24(part.start() + 9)
                  && frame.width() == 1 + uint24(part.start() + 6)
                  && top + frame.height() <= height
                  && left + frame.width() <= width;
      if (!fits) {
        throw new IIOException(
            "its frame of %d × %d does not fit its canvas of %d × %d"
                .formatted(frame.width(), frame.height(), width, height));
      }
      return new WebPFile(
          height, width, left, top, orientation == null ? Orientation.UPRIGHT : orientation, frame);
    }

    private void chunks(int from, int to, boolean inFrame) throws IIOException {
      int at = from;
      while (at + CHUNK_HEADER <= to) {
        String type = new String(file, at, 4, StandardCharsets.ISO_8859_1);
        long length = Integer.toUnsignedLong(numbers.getInt(at + 4));
        int start = at + CHUNK_HEADER;
        boolean cut = length > to - start;
        RiffChunk chunk = new RiffChunk(type, start, cut ? to : start + (int) length);
        take(chunk, cut, inFrame);
        if (cut) {
          return;
        }
        at = chunk.end() + (int) (length & 1);
      }
    }

    private void take(RiffChunk chunk, boolean cut, boolean inFrame) throws IIOException {
      switch (chunk.type()) {
        case "VP8X" -> extended = extended == null ? whole(chunk, cut, 10) : extended;
        case "ALPH" -> alpha = alpha == null && image == null ? whole(chunk, cut, 1) : alpha;
        case "VP8 ", "VP8L" -> image = image == null ? whole(chunk, cut, 5) : image;
        case "ANMF" -> {
          if (image == null && !inFrame) { // frames have no frames: so it is never nested deeply
            animated = whole(chunk, cut, ANIMATION_FRAME);
            chunks(chunk.start() + ANIMATION_FRAME, chunk.end(), true);
          }
        }
        case "EXIF" -> orientation = orientation == null ? orientation(chunk) : orientation;
        default -> {}
      }
    }

    private static RiffChunk whole(RiffChunk chunk, boolean cut, int least) throws IIOException {
      if (cut || chunk.end() - chunk.start() < least) {
        throw new IIOException("it is truncated");
      }
      return chunk;
    }

    private Orientation orientation(RiffChunk chunk) {
      int bare = Math.min(chunk.start() + EXIF_PREAMBLE.length, chunk.end());
      boolean preamble =
          Arrays.equals(file, chunk.start(), bare, EXIF_PREAMBLE, 0, EXIF_PREAMBLE.length);
      int start = preamble ? bare : chunk.start();
      return ExifOrientation.ofExif(Arrays.copyOfRange(file, start, chunk.end()));
    }

    private int uint24(int at) {
      return Short.toUnsignedInt(numbers.getShort(at)) + (Byte.toUnsignedInt(file[at + 2]) << 16);
    }
  }

  /**
   * @throws IIOException if it is truncated, or its sizes are inconsistent
   */
  public static WebPFile read(byte[] file) throws IIOException {
    return new Reading(file).read();
  }
}
