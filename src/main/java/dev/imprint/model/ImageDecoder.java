package dev.imprint.model;

/**
 * The one way from an image file's bytes to pixels: what serves, what is learned from and what is
 * kept to learn from all come through here, under the same limits. Safe for use by several threads
 * at once.
 */
public interface ImageDecoder {
  /**
   * Makes of a file the pixels that a backbone takes.
   *
   * @param image the bytes of a JPEG, PNG, WebP, GIF (the first frame counts) or BMP file
   * @throws RejectedException if the bytes are over a limit, of another format, or broken
   */
  Pixels decode(byte[] image) throws RejectedException;

  /**
   * Makes of a file the pixels of one view of its picture.
   *
   * @param image as {@link #decode(byte[])} takes it
   * @throws RejectedException if and only if {@link #decode(byte[])} refuses the bytes
   */
  default Pixels decode(byte[] image, View view) throws RejectedException {
    return view.of(decode(image));
  }

  /**
   * Writes the same picture anew, small enough to keep, so that {@link #decode(byte[])} makes the
   * same pixels of it.
   *
   * @param image as {@link #decode(byte[])} takes it
   * @param mostBytes what it should take at most; only a picture that would lose too much takes
   *     more
   * @return a PNG or JPEG that is upright, on white where the picture is transparent, and at most
   *     1,024 pixels on its longer side
   * @throws RejectedException if and only if {@link #decode(byte[])} refuses the bytes
   */
  byte[] shrink(byte[] image, int mostBytes) throws RejectedException;
}
