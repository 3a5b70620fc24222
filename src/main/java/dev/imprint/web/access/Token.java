package dev.imprint.web.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imprint.event.Sha256;
import dev.imprint.web.api.AccessRole;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A program that may use the interface.
 *
 * @param hash SHA-256 of its token, in hexadecimal. Tokens are random, so nobody can try them out,
 *     and a fast hash will do.
 */
public record Token(String name, AccessRole role, String hash) {
  private static final int RANDOM_BYTES = 32;

  /** Lets scanners for leaked secrets know it. */
  private static final String PREFIX = "imprint_";

  /** A new token; only its hash belongs in the settings. */
  public static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The hash of a token, for the settings. */
  public static String hash(String token) {
    return Sha256.hex(token.getBytes(US_ASCII));
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "Token[%s, %s]".formatted(name, role);
  }
}
