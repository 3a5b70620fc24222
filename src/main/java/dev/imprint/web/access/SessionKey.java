package dev.imprint.web.access;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** The key that signs sessions. */
final class SessionKey {
  private static final String SETTING = "http.session_key_file";
  private static final int MOST_BYTES = 4096;

  private SessionKey() {}

  /**
   * The content of a file; without one, random bytes.
   *
   * @throws InvalidSettingException if it cannot be read, or is too short to be a key
   */
  static byte[] read(@Nullable Path file) {
    if (file == null) {
      byte[] random = new byte[Sessions.LEAST_KEY_BYTES];
      new SecureRandom().nextBytes(random);
      return random;
    }
    try {
      long size = Files.size(file);
      unless(
          size >= Sessions.LEAST_KEY_BYTES && size <= MOST_BYTES,
          SETTING,
          "%s, which has %d bytes".formatted(file, size),
          "write 32 random bytes to it: openssl rand -base64 32 > " + file);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidSettingException(
          SETTING,
          file,
          "it cannot be read; create it (openssl rand -base64 32 > %s), or make it readable"
              .formatted(file));
    }
  }
}
