package dev.imprint.tensorflow.picture;

import dev.imprint.model.Pixels;
import java.io.IOException;

/**
 * A file of which only the header has been read, so that limits come before anything is unpacked.
 * For one thread; whoever opened it closes it.
 */
interface EncodedPicture extends AutoCloseable {
  /** Rows as they lie in the file. */
  int height();

  /** Columns as they lie in the file. */
  int width();

  Orientation orientation();

  /** Whether the file has lost its end, which the picture is shown without. */
  default boolean recovered() {
    return false;
  }

  /** What {@link #pixels} takes, but for the resizing. */
  PictureBudget.Need need();

  /**
   * Unpacks and resizes it.
   *
   * @return as it lies in the file
   * @throws IOException if it is broken
   */
  Pixels pixels(PictureGraph graph, Window window) throws IOException;

  @Override
  void close();
}
