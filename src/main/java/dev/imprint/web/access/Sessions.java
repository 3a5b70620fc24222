package dev.imprint.web.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.web.api.Caller;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that browsers keep themselves: a user's name and the session's end, with a signature
 * (HMAC-SHA256). The signature covers the hash of the password, so that a new password ends all of
 * its user's sessions; the role is the one in the settings. Thread-safe.
 */
final class Sessions {
  static final int LEAST_KEY_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;
  private final Duration lifetime;
  private final Map<String, User> users;
  private final Clock clock;

  /**
   * @param key at least {@value #LEAST_KEY_BYTES} random bytes
   * @param users by name
   */
  Sessions(byte[] key, Duration lifetime, Map<String, User> users, Clock clock) {
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.lifetime = lifetime;
    this.users = users;
    this.clock = clock;
  }

  Duration lifetime() {
    return lifetime;
  }

  /** A new session, as its cookie has it. */
  String begin(User user) {
    long until = clock.instant().plus(lifetime).getEpochSecond();
    String name = TO_TEXT.encodeToString(user.name().getBytes(UTF_8));
    return "%s.%d.%s".formatted(name, until, signature(user, until));
  }

  /** Who has it; null if it has ended, or was not begun here. */
  @Nullable Caller read(String session) {
    String[] parts = session.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      User user = users.get(new String(Base64.getUrlDecoder().decode(parts[0]), UTF_8));
      long seconds = Long.parseLong(parts[1]);
      if (user == null || !isSame(parts[2], signature(user, seconds))) {
        return null;
      }
      Instant until = Instant.ofEpochSecond(seconds);
      Instant now = clock.instant();
      boolean current = now.isBefore(until) && !until.isAfter(now.plus(lifetime));
      return current ? new Caller(user.name(), user.role(), until) : null;
    } catch (IllegalArgumentException | DateTimeException e) {
      return null; // somebody else's cookie
    }
  }

  private static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.ISO_8859_1), other.getBytes(StandardCharsets.ISO_8859_1));
  }

  private String signature(User user, long until) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      String signed = "%s\n%d\n%s".formatted(user.name(), until, user.password());
      return TO_TEXT.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // each Java has this algorithm
    }
  }
}
