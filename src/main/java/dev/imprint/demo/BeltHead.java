package dev.imprint.demo;

import dev.imprint.demo.belt.Part;
import dev.imprint.event.HeadFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The bundled head, which knows {@link Part#USUAL}; made by {@link BeltHeadTraining}. */
public final class BeltHead {
  private static final String RESOURCE = "belt.head";

  private BeltHead() {}

  /**
   * Reads the head with its version.
   *
   * @throws IOException if the program was built without it
   */
  public static HeadFile read() throws IOException {
    try (InputStream in = BeltHead.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new FileNotFoundException("this build lacks " + RESOURCE);
      }
      return HeadFile.read(in);
    }
  }
}
