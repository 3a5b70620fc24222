package dev.imprint.event;

import com.drew.imaging.FileType;
import com.drew.imaging.FileTypeDetector;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Set;

/** Checks picture files before they are sent, wherever they come from. */
public final class ImageBytes {
  private static final Set<FileType> ACCEPTED =
      Set.of(FileType.Jpeg, FileType.Png, FileType.WebP, FileType.Gif, FileType.Bmp);

  private ImageBytes() {}

  /**
   * @param maxBytes {@code images.max_bytes}
   * @throws IOException if the bytes would only become a dead letter; the message says why
   */
  public static byte[] checked(byte[] bytes, int maxBytes) throws IOException {
    requireFits(bytes.length, maxBytes);
    requireImage(FileTypeDetector.detectFileType(new ByteArrayInputStream(bytes)), bytes.length);
    return bytes;
  }

  /**
   * @throws IOException if the service does not read this type of file
   */
  public static void requireImage(FileType type, long bytes) throws IOException {
    if (bytes == 0) {
      throw new IOException("empty");
    }
    if (!ACCEPTED.contains(type)) {
      throw new IOException(
          (type == FileType.Unknown ? "not an image" : "a file of type " + type.getName())
              + ": convert it to JPEG, PNG, WebP, GIF or BMP");
    }
  }

  /**
   * @throws IOException if a file of this size would be refused
   */
  public static void requireFits(long size, int maxBytes) throws IOException {
    if (size > maxBytes) {
      throw new IOException(
          ("%d bytes, more than images.max_bytes (%d): make it smaller, or raise"
                  + " images.max_bytes and the topics' max.message.bytes")
              .formatted(size, maxBytes));
    }
  }
}
