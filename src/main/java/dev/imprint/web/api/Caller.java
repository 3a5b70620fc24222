package dev.imprint.web.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request.
 *
 * @param name of a user or of a program; null where there are no users
 * @param until when this has to be shown anew; {@link Instant#MAX} for never
 */
public record Caller(@Nullable String name, AccessRole role, Instant until) {
  /** Where there are no users: whoever reaches the server. */
  public static final Caller ANYBODY = new Caller(null, AccessRole.OPERATE, Instant.MAX);

  public Caller(String name, AccessRole role) {
    this(name, role, Instant.MAX);
  }
}
