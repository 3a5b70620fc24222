package dev.imprint.web;

import dev.imprint.web.api.Api;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Responses;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Where requests for the page and its interface may come from: whoever sends them, other sites that
 * run in the same browser must neither read pictures nor send commands. Where nobody has to log in,
 * such a site could have its own name resolve to this server (DNS rebinding), so the names are
 * checked there. Who callers are, and what they may do, the interface's routes check. Owns nothing;
 * thread-safe.
 */
final class AccessRules extends Handler.Wrapper {
  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final String SAME_ORIGIN = "same-origin";
  private static final String FETCH_SITE = "Sec-Fetch-Site";

  /** Loopback addresses, as a Host header has them. */
  private static final String LOOPBACK = "localhost|127(\\.\\d{1,3}){3}|\\[::1]|::1";

  private static final HttpFields SECURITY =
      HttpFields.build()
          .add(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                  + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                  + " frame-ancestors 'none'")
          .add("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
          .add("X-Content-Type-Options", "nosniff")
          .add("Cross-Origin-Resource-Policy", SAME_ORIGIN)
          .add("Cross-Origin-Opener-Policy", SAME_ORIGIN)
          .add("Referrer-Policy", "no-referrer")
          .asImmutable();

  /** Nobody can have an address resolve to another one. */
  private static final String ADDRESS =
      "\\d{1,3}(\\.\\d{1,3}){3}|\\[?[0-9a-fA-F.]*:[0-9a-fA-F:.]*]?";

  private final String host;
  private final boolean closed;
  private final boolean open;
  private final boolean loopback;
  private final Set<String> names;

  /**
   * @param site answers the requests that may be answered
   */
  AccessRules(HttpConfig config, Handler site) {
    super(site);
    this.host = config.host();
    this.closed = config.servesNobody();
    this.open = config.servesEverybody();
    this.loopback = config.onLoopback();
    this.names =
        config.access().names().stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = Request.getPathInContext(request);
    if (!path.equals("/") && !path.startsWith(StaticFiles.ROOT) && !Api.owns(path)) {
      return false;
    }
    response.getHeaders().add(SECURITY);
    try {
      requireUsers();
      requireOwnName(request);
      if (Api.owns(path)) {
        requireThePage(request);
      }
    } catch (ProblemException e) {
      Responses.send(e, response, callback);
      return true;
    }
    return super.handle(request, response, callback);
  }

  private void requireUsers() throws ProblemException {
    if (closed) {
      throw ProblemException.forbidden(
          ("http.host is %s, and no setting says who may use the page there: set http.users"
                  + " (imprint users password), http.auth: proxy or http.auth: none; or set"
                  + " http.host to 127.0.0.1, and use a tunnel from elsewhere"
                  + " (ssh -L 8080:127.0.0.1:8080); /health and /metrics are served at any address")
              .formatted(host));
    }
  }

  private void requireOwnName(Request request) throws ProblemException {
    String asked = Request.getServerName(request);
    if (open && (asked == null || !isOwn(asked))) {
      throw ProblemException.forbidden(
          ("the Host header names %s, which is not a name of this server: list it in http.names"
                  + " if it is")
              .formatted(asked));
    }
  }

  private boolean isOwn(String asked) {
    return asked.matches(LOOPBACK)
        || asked.equalsIgnoreCase(host)
        || (!loopback && asked.matches(ADDRESS))
        || names.contains(asked.toLowerCase(Locale.ROOT));
  }

  /** Browsers say which site a request comes from; other clients send neither header. */
  private static void requireThePage(Request request) throws ProblemException {
    HttpFields headers = request.getHeaders();
    String site = headers.get(FETCH_SITE);
    String origin = headers.get(HttpHeader.ORIGIN);
    boolean reads = READING.contains(request.getMethod());
    boolean typed = reads && "none".equals(site); // into the browser's address bar
    // Behind a proxy that encrypts, the origin's scheme is not the server's.
    boolean others =
        site == null
            ? origin != null && !isOwnOrigin(origin, headers.get(HttpHeader.HOST))
            : !site.equals(SAME_ORIGIN) && !typed;
    if (others) {
      throw ProblemException.forbidden(
          "the request comes from another site: only the page itself may send it");
    }
  }

  private static boolean isOwnOrigin(String origin, @Nullable String host) {
    return origin.equals("http://" + host) || origin.equals("https://" + host);
  }
}
