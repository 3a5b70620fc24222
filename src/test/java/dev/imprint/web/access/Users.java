package dev.imprint.web.access;

import dev.imprint.web.access.AccessConfig.Auth;
import dev.imprint.web.api.AccessRole;
import java.util.List;

/** Users and programs for tests. */
public final class Users {
  /** A test vector of jBCrypt, so that the hash is not of our own making. */
  public static final String PASSWORD = "abcdefghijklmnopqrstuvwxyz";

  public static final String HASH = "$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq";

  private Users() {}

  /** One user and one program for each role; the program's token is its name. */
  public static AccessConfig oneOfEachRole() {
    return config(
        Auth.USERS,
        List.of(
            new User("looker", AccessRole.LOOK, HASH),
            new User("labeller", AccessRole.LABEL, HASH),
            new User("operator", AccessRole.OPERATE, HASH)),
        List.of(
            new Token("look", AccessRole.LOOK, Token.hash("look")),
            new Token("label", AccessRole.LABEL, Token.hash("label")),
            new Token("operate", AccessRole.OPERATE, Token.hash("operate"))),
        AccessConfig.DEFAULTS.proxy());
  }

  static AccessConfig config(Auth auth, List<User> users, List<Token> tokens, ProxyConfig proxy) {
    return new AccessConfig(auth, users, tokens, 12, null, proxy, List.of());
  }
}
