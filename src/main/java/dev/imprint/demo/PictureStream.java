package dev.imprint.demo;

import java.io.IOException;

/** Pictures without an end, each id once. Used by one thread. */
@FunctionalInterface
public interface PictureStream {
  /**
   * @throws IOException if a picture cannot be read; says which, and why
   */
  Picture next() throws IOException;
}
