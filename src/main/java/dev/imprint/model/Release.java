package dev.imprint.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The running release of Imprint. */
public final class Release {
  /** The pom's version, which the build writes into a resource; such as {@code 0.1.0}. */
  public static final String VERSION = read();

  private Release() {}

  private static String read() {
    try (InputStream resource = Release.class.getResourceAsStream("release.properties")) {
      Properties properties = new Properties();
      properties.load(resource);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("this jar has no release.properties", e);
    }
  }
}
