package dev.imprint.model;

/** Turns an image file's bytes into pixels. Safe for use by several threads at once. */
@FunctionalInterface
public interface ImageDecoder {
  /**
   * @param image the bytes of a whole JPEG, PNG, GIF (its first frame counts) or BMP file
   * @throws RejectedException if the bytes are over a limit, of another format, or broken; the only
   *     exception that bad bytes may cause
   */
  Pixels decode(byte[] image) throws RejectedException;
}
