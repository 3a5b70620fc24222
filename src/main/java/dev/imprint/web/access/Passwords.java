package dev.imprint.web.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.web.api.ProblemException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * Checks passwords by their bcrypt hashes (Provos and Mazières, 1999). A check takes a core for a
 * fraction of a second on purpose, so there is one at a time. Thread-safe.
 */
public final class Passwords {
  /** Shortest password that gets a hash. */
  public static final int LEAST_CHARACTERS = 10;

  /** The algorithm reads no more. */
  public static final int MOST_BYTES = 72;

  /** Its binary logarithm is the number of rounds: about 0.2 s. */
  private static final int COST = 12;

  private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
  private static final int LEAST_COST = 10;
  private static final int MOST_COST = 15;

  private final Semaphore one = new Semaphore(1);
  private final String anyHash;

  /**
   * @param users with hashes
   */
  Passwords(List<User> users) {
    this.anyHash =
        users.stream().map(User::password).filter(Objects::nonNull).findFirst().orElse("");
  }

  /** The hash of a password, for the settings. */
  public static String hash(String password) {
    return BCrypt.hashpw(password, BCrypt.gensalt(COST));
  }

  static boolean isHash(String text) {
    Matcher matcher = HASH.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int cost = Integer.parseInt(matcher.group(1));
    return cost >= LEAST_COST && cost <= MOST_COST;
  }

  /**
   * Whether it is the user's password. Takes as long for a user that there is not, so that nobody
   * learns who is one.
   *
   * @param user null if there is none of that name
   * @throws ProblemException if another check is running
   */
  boolean matches(@Nullable User user, String password) throws ProblemException {
    if (!one.tryAcquire()) {
      throw ProblemException.unavailable("somebody else is logging in: try again in a second");
    }
    try {
      return check(user, password);
    } finally {
      one.release();
    }
  }

  private boolean check(@Nullable User user, String password) {
    boolean fits = password.getBytes(UTF_8).length <= MOST_BYTES;
    String hash = user == null ? null : user.password();
    String against = hash == null ? anyHash : hash;
    boolean same = !against.isEmpty() && BCrypt.checkpw(fits ? password : "", against);
    return same && fits && hash != null;
  }
}
