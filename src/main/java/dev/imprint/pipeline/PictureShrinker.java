package dev.imprint.pipeline;

import dev.imprint.model.RejectedException;

/** Makes a picture smaller for the buffer. Safe for use by several threads at once. */
@FunctionalInterface
interface PictureShrinker {
  /**
   * @param picture the bytes of a whole image file
   * @return a JPEG of the same, upright
   * @throws RejectedException if it cannot be unpacked
   */
  byte[] shrink(byte[] picture) throws RejectedException;
}
