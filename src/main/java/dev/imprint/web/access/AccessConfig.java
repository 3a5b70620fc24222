package dev.imprint.web.access;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.web.api.AccessRole;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the page and its interface.
 *
 * @param auth how they show it
 * @param sessionHours how long a login lasts
 * @param sessionKeyFile key that signs sessions, for instances that share them; null for one of its
 *     own, until the process ends
 * @param names host names under which the page may be asked for if nobody has to log in
 */
public record AccessConfig(
    Auth auth,
    List<User> users,
    List<Token> tokens,
    int sessionHours,
    @Nullable Path sessionKeyFile,
    ProxyConfig proxy,
    List<String> names) {

  /** How callers show who they are. */
  public enum Auth {
    /** By a password or a token. Without any, whoever is on this machine needs neither. */
    USERS,
    /** A proxy has asked them. */
    PROXY,
    /** They need not. */
    NONE
  }

  public static final AccessConfig DEFAULTS =
      new AccessConfig(Auth.USERS, List.of(), List.of(), 12, null, ProxyConfig.DEFAULTS, List.of());

  private static final int MOST_HOURS = 30 * 24;
  private static final String NAME = "[\\p{L}\\p{N}][\\p{L}\\p{N} ._@+-]{0,99}";
  private static final String ROLES = "set look, label or operate";

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public AccessConfig {
    users = List.copyOf(users);
    tokens = List.copyOf(tokens);
    names = List.copyOf(names);
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < users.size(); i++) {
      String key = "http.users.%d.".formatted(i);
      check(key, users.get(i).name(), users.get(i).role(), taken);
      checkPassword(key + "password", users.get(i).password(), auth);
    }
    for (int i = 0; i < tokens.size(); i++) {
      String key = "http.tokens.%d.".formatted(i);
      check(key, tokens.get(i).name(), tokens.get(i).role(), taken);
      String hash = tokens.get(i).hash();
      unless(
          hash != null && hash.matches("[0-9a-f]{64}"),
          key + "hash",
          "not the hash of a token",
          "write the line that 'imprint users token' prints");
    }
    unless(
        sessionHours >= 1 && sessionHours <= MOST_HOURS,
        "http.session_hours",
        sessionHours,
        "set 1 to " + MOST_HOURS);
    for (String name : names) {
      unless(
          name.matches("[A-Za-z0-9.-]{1,253}"),
          "http.names",
          name,
          "list host names such as imprint.example.org, without a port");
    }
    checkAuth(auth, !users.isEmpty() || !tokens.isEmpty(), proxy);
  }

  private static void checkAuth(Auth auth, boolean anybody, ProxyConfig proxy) {
    unless(
        auth != Auth.NONE || !anybody,
        "http.auth",
        "none",
        "set users, or remove http.users and http.tokens: with none, there is no login");
    boolean proxied = !proxy.addresses().isEmpty();
    unless(
        auth != Auth.PROXY || proxied,
        "http.auth",
        "proxy",
        "list the addresses of the proxy in http.proxy.addresses; otherwise, anybody could set"
            + " its header");
    unless(
        auth == Auth.PROXY || !proxied,
        "http.auth",
        auth.name().toLowerCase(Locale.ROOT),
        "set proxy, or remove http.proxy.addresses");
  }

  /** The names tell people apart in what they did; Jackson leaves missing values null. */
  private static void check(String key, String name, AccessRole role, Set<String> taken) {
    unless(
        name != null && name.matches(NAME),
        key + "name",
        String.valueOf(name),
        "use 1 to 100 letters, digits, spaces and . _ @ + -");
    unless(taken.add(name), key + "name", name, "give each user and each token its own name");
    unless(role != null, key + "role", "not set", ROLES);
  }

  private static void checkPassword(String key, @Nullable String hash, Auth auth) {
    unless(
        hash != null || auth == Auth.PROXY,
        key,
        "not set",
        "write the line that 'imprint users password' prints");
    unless(
        hash == null || Passwords.isHash(hash),
        key,
        "not a bcrypt hash with a cost of 10 to 15",
        "write the line that 'imprint users password' prints");
  }

  /**
   * Whether whoever reaches the server may do everything.
   *
   * @param loopback whether the server listens on this machine alone
   */
  public boolean isOpen(boolean loopback) {
    return auth == Auth.NONE || (isUnset() && loopback);
  }

  /** Whether nobody may, because nothing says who. */
  public boolean isClosed(boolean loopback) {
    return isUnset() && !loopback;
  }

  private boolean isUnset() {
    return auth == Auth.USERS && users.isEmpty() && tokens.isEmpty();
  }
}
