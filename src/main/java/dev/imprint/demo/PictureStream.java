package dev.imprint.demo;

import dev.imprint.demo.belt.BeltPicture;
import java.io.IOException;

/** An endless stream of pictures with unique ids. Used by one thread. */
@FunctionalInterface
public interface PictureStream {
  /**
   * Returns the next picture.
   *
   * @throws IOException if a picture cannot be read; the message says which, and why
   */
  BeltPicture next() throws IOException;
}
