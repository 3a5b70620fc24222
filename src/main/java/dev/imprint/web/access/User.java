package dev.imprint.web.access;

import dev.imprint.web.api.AccessRole;
import org.jspecify.annotations.Nullable;

/**
 * A person who may use the page.
 *
 * @param password its bcrypt hash; null if a proxy checks it
 */
public record User(String name, AccessRole role, @Nullable String password) {
  /** Without the hash. */
  @Override
  public String toString() {
    return "User[%s, %s]".formatted(name, role);
  }
}
