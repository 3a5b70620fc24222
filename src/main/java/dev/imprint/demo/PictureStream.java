package dev.imprint.demo;

import java.io.IOException;

/** Pictures without an end, each id once. Used by one thread. */
@FunctionalInterface
public interface PictureStream {
  /**
   * Takes the next one.
   *
   * @throws IOException if a picture cannot be read; says which, and why
   */
  BeltPicture next() throws IOException;
}
