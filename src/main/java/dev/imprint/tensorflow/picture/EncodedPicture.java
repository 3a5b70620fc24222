package dev.imprint.tensorflow.picture;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.format.Orientation;
import java.io.IOException;

/**
 * A file of which only the header has been read, so that limits are checked before anything is
 * unpacked. Not thread-safe; the creator must close it.
 */
interface EncodedPicture extends AutoCloseable {
  /** Rows as stored in the file. */
  int height();

  /** Columns as stored in the file. */
  int width();

  Orientation orientation();

  /** Whether the file is truncated, and the picture is shown without its end. */
  default boolean recovered() {
    return false;
  }

  /** The memory that {@link #pixels} takes, except for the resizing. */
  PictureBudget.Need need();

  /**
   * Unpacks and resizes it.
   *
   * @return oriented as in the file
   * @throws IOException if it is corrupt
   */
  Pixels pixels(PictureGraph graph, Window window) throws IOException;

  @Override
  void close();
}
