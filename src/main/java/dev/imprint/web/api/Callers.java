package dev.imprint.web.api;

import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Finds out who sends requests; called by several of the server's threads, so it never waits. */
@FunctionalInterface
public interface Callers {
  /** The cookie that browsers keep a session in. */
  String SESSION_COOKIE = "imprint_session";

  /** For a server without users. */
  Callers ANYBODY = request -> Caller.ANYBODY;

  /**
   * The one who sent it; null if it does not say, or not credibly.
   *
   * @throws ProblemException if it comes a way that no request may come
   */
  @Nullable Caller of(Request request) throws ProblemException;
}
