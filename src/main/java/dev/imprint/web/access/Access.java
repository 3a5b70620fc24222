package dev.imprint.web.access;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Caller;
import dev.imprint.web.api.Callers;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Route;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who may use the page of one instance, as its settings say. Thread-safe. */
public final class Access {
  private static final String PATH = "/api/v1/session";

  private final Callers callers;
  private final @Nullable Login login;

  private Access(Callers callers, @Nullable Login login) {
    this.callers = callers;
    this.login = login;
  }

  /**
   * @param loopback whether the server listens on this machine alone
   * @throws InvalidSettingException if the sessions' key cannot be read
   */
  public static Access open(AccessConfig config, boolean loopback, Clock clock) {
    if (config.isOpen(loopback)) {
      return new Access(Callers.ANYBODY, null);
    }
    Map<String, User> users =
        config.users().stream().collect(Collectors.toMap(User::name, Function.identity()));
    TokenCallers tokens = new TokenCallers(config.tokens());
    if (config.auth() == AccessConfig.Auth.PROXY) {
      return new Access(first(tokens, new ProxyCallers(config.proxy(), users)), null);
    }
    byte[] key = SessionKey.read(config.sessionKeyFile());
    Duration lifetime = Duration.ofHours(config.sessionHours());
    Login login = new Login(users, new Sessions(key, lifetime, users, clock), clock);
    return new Access(first(tokens, login), login);
  }

  private static Callers first(Callers one, Callers other) {
    return request -> {
      Caller caller = one.of(request);
      return caller == null ? other.of(request) : caller;
    };
  }

  /** Tells who sends a request. */
  public Callers callers() {
    return callers;
  }

  /** The routes to log in and out, and to ask who one is; for everybody. */
  public List<Route> routes() {
    return List.of(
        Route.get(PATH, "session", "Who the caller is, and what it may do.")
            .open()
            .returns(
                SessionView.class,
                call -> Answer.ok(SessionView.of(call.callerIfKnown(), login != null))),
        Route.post(PATH, "logIn", "Log in by name and password; the answer sets a cookie.")
            .open()
            .takes(Login.Credentials.class)
            .returns(SessionView.class, call -> login().logIn(call)),
        Route.delete(PATH, "logOut", "Log out: the answer removes the cookie.")
            .open()
            .returns(SessionView.class, call -> login().logOut(call)));
  }

  private Login login() throws ProblemException {
    if (login == null) {
      throw ProblemException.notFound(
          "there is no login here, because there are no users with passwords");
    }
    return login;
  }
}
