package dev.imprint.web.access;

import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Caller;
import dev.imprint.web.api.Callers;
import dev.imprint.web.api.ProblemException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs users in by their passwords, and out. The number of attempts is limited by the address that
 * they come from, and by name: many addresses must not guess the password of one user. Thread-safe.
 */
final class Login implements Callers {
  /** Enough for somebody who mistypes; then two a minute. */
  static final int MOST_BY_ADDRESS = 10;

  private static final Duration PAUSE_BY_ADDRESS = Duration.ofSeconds(30);

  /** More, because it also locks the user out who is attacked. */
  static final int MOST_BY_NAME = 100;

  private static final Duration PAUSE_BY_NAME = Duration.ofSeconds(10);

  /** What a customer of a network provider gets of IPv6 addresses is at least 64 bits wide. */
  private static final int NETWORK_BYTES = 8;

  private static final Logger LOG = LoggerFactory.getLogger(Login.class);

  private final Map<String, User> users;
  private final Sessions sessions;
  private final Passwords passwords;
  private final AttemptLimit byAddress;
  private final AttemptLimit byName;

  /**
   * The body of a login.
   *
   * @throws IllegalArgumentException if either is missing
   */
  record Credentials(String name, String password) {
    @SuppressWarnings("RedundantNullCheck") // clients may omit them
    Credentials {
      if (name == null || password == null) {
        throw new IllegalArgumentException("send a name and a password");
      }
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Credentials[]";
    }
  }

  Login(Map<String, User> users, Sessions sessions, Clock clock) {
    this.users = users;
    this.sessions = sessions;
    this.passwords = new Passwords(List.copyOf(users.values()));
    this.byAddress = new AttemptLimit(MOST_BY_ADDRESS, PAUSE_BY_ADDRESS, clock);
    this.byName = new AttemptLimit(MOST_BY_NAME, PAUSE_BY_NAME, clock);
  }

  /** Who has a session. */
  @Override
  public @Nullable Caller of(Request request) {
    for (HttpCookie cookie : Request.getCookies(request)) {
      Caller caller =
          cookie.getName().equals(SESSION_COOKIE) ? sessions.read(cookie.getValue()) : null;
      if (caller != null) {
        return caller;
      }
    }
    return null;
  }

  Answer logIn(Call call) throws ProblemException {
    Credentials credentials = call.body(Credentials.class);
    String name = credentials.name();
    String password = credentials.password();
    String network = network(call.request());
    limit(byAddress.take(network));
    limit(byName.take(name));
    User user = users.get(name);
    if (!passwords.matches(user, password) || user == null) {
      // People type passwords into the field for the name.
      LOG.warn(
          "A login as {} from {} was refused",
          user == null ? "somebody unknown" : user.name(),
          Request.getRemoteAddr(call.request()));
      throw ProblemException.unauthorized("name or password is wrong");
    }
    byAddress.reset(network);
    byName.reset(name);
    SessionView view = new SessionView(user.name(), user.role(), true);
    String cookie = cookie(call.request(), sessions.begin(user), sessions.lifetime());
    return new Answer.Value(200, view, setting(cookie));
  }

  private static void limit(Duration wait) throws ProblemException {
    if (!wait.isZero()) {
      throw ProblemException.tooMany(
          "too many attempts to log in: try again in %d seconds".formatted(wait.toSeconds() + 1),
          wait);
    }
  }

  private static String network(Request request) {
    if (!(request.getConnectionMetaData().getRemoteSocketAddress()
        instanceof InetSocketAddress peer)) {
      return "";
    }
    InetAddress address = peer.getAddress();
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES))
        : address.getHostAddress();
  }

  Answer logOut(Call call) {
    String cookie = cookie(call.request(), "", Duration.ZERO);
    return new Answer.Value(200, SessionView.of(null, true), setting(cookie));
  }

  private static HttpFields setting(String cookie) {
    return HttpFields.build().add(HttpHeader.SET_COOKIE, cookie);
  }

  /** Browsers say by the origin whether a proxy in between encrypts. */
  private static String cookie(Request request, String value, Duration age) {
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    boolean secure = request.isSecure() || (origin != null && origin.startsWith("https://"));
    return "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"
        .formatted(SESSION_COOKIE, value, age.toSeconds(), secure ? "; Secure" : "");
  }
}
