package dev.imprint.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The running release of Imprint. */
public final class Release {
  private static final Properties BUILD = read();

  /** The pom's version, which the build writes into a resource; such as {@code 0.1.0}. */
  public static final String VERSION = BUILD.getProperty("version");

  /** The commit that it was built from; null if the build was not told. */
  public static final @Nullable String COMMIT = commit();

  private Release() {}

  private static @Nullable String commit() {
    String commit = BUILD.getProperty("commit", "");
    return commit.isBlank() ? null : commit;
  }

  private static Properties read() {
    try (InputStream resource = Release.class.getResourceAsStream("release.properties")) {
      Properties properties = new Properties();
      properties.load(resource);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException("this jar has no release.properties", e);
    }
  }
}
