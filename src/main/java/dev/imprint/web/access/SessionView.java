package dev.imprint.web.access;

import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Who the caller is, and whether it can log in here.
 *
 * @param name null if nobody is known, or there are no users
 * @param role null if it has to log in first
 * @param login whether users have passwords here
 */
record SessionView(@Nullable String name, @Nullable AccessRole role, boolean login) {
  static SessionView of(@Nullable Caller caller, boolean login) {
    return caller == null
        ? new SessionView(null, null, login)
        : new SessionView(caller.name(), caller.role(), login);
  }
}
