package dev.imprint.model.backbone;

import dev.imprint.model.RejectedException;

/**
 * The only way from an image file's bytes to pixels: serving, learning and the pictures kept for
 * learning all use it, under the same limits. Thread-safe.
 */
public interface ImageDecoder {
  /**
   * Decodes a file into the pixels that a backbone takes.
   *
   * @param image the bytes of a JPEG, PNG, WebP, GIF (the first frame counts) or BMP file
   * @throws RejectedException if the bytes exceed a limit, have another format, or are broken
   */
  Pixels decode(byte[] image) throws RejectedException;

  /**
   * Decodes a file into the pixels of one view of its picture.
   *
   * @param image as for {@link #decode(byte[])}
   * @throws RejectedException if and only if {@link #decode(byte[])} refuses the bytes
   */
  default Pixels decode(byte[] image, View view) throws RejectedException {
    return view.of(decode(image));
  }

  /**
   * Re-encodes a picture, small enough to keep, so that {@link #decode(byte[])} returns the same
   * pixels for it.
   *
   * @param image as for {@link #decode(byte[])}
   * @param mostBytes its maximum size; exceeded only by a picture that would lose too much
   * @return a PNG or JPEG that is upright, on white if the picture is transparent, and at most
   *     1,024 pixels on its longer side
   * @throws RejectedException if and only if {@link #decode(byte[])} refuses the bytes
   */
  byte[] shrink(byte[] image, int mostBytes) throws RejectedException;

  /**
   * Makes a small copy of the whole picture, for people to look at.
   *
   * @param image as for {@link #decode(byte[])}
   * @param longestSide in pixels; a picture that is smaller is not enlarged
   * @return a JPEG that is upright, on white if the picture is transparent
   * @throws RejectedException if and only if {@link #decode(byte[])} refuses the bytes
   */
  byte[] thumbnail(byte[] image, int longestSide) throws RejectedException;
}
