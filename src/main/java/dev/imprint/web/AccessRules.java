package dev.imprint.web;

import dev.imprint.web.api.Api;
import dev.imprint.web.api.ProblemException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Who may use the page and its interface: whoever is on this machine, with a browser that shows the
 * page itself. Other sites that run in the same browser must neither read pictures nor send
 * commands, even if they have their own name resolve to this machine (DNS rebinding). Owns nothing;
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
          .add("X-Content-Type-Options", "nosniff")
          .add("Cross-Origin-Resource-Policy", SAME_ORIGIN)
          .add("Cross-Origin-Opener-Policy", SAME_ORIGIN)
          .add("Referrer-Policy", "no-referrer")
          .asImmutable();

  private final String host;
  private final boolean loopback;

  /**
   * @param site answers the requests that may be answered
   */
  AccessRules(HttpConfig config, Handler site) {
    super(site);
    this.host = config.host();
    this.loopback = isLoopback(config.host());
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // the server will say so
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = Request.getPathInContext(request);
    if (!path.equals("/") && !path.startsWith(StaticFiles.ROOT) && !path.startsWith(Api.ROOT)) {
      return false;
    }
    response.getHeaders().add(SECURITY);
    try {
      requireThisMachine(request);
      if (path.startsWith(Api.ROOT)) {
        requireThePage(request);
      }
    } catch (ProblemException e) {
      Api.send(e, response, callback);
      return true;
    }
    return super.handle(request, response, callback);
  }

  private void requireThisMachine(Request request) throws ProblemException {
    if (!loopback) {
      throw forbidden(
          ("the page has no password, so it is served on this machine alone, but http.host is %s:"
                  + " set http.host to 127.0.0.1, and use a tunnel from elsewhere"
                  + " (ssh -L 8080:127.0.0.1:8080); /health and /metrics are served at any address")
              .formatted(host));
    }
    String asked = Request.getServerName(request);
    if (asked == null || !(asked.matches(LOOPBACK) || asked.equalsIgnoreCase(host))) {
      throw forbidden(
          "the Host header names %s, but the page is served as localhost alone".formatted(asked));
    }
  }

  /** Browsers say which site a request comes from; other clients send neither header. */
  private static void requireThePage(Request request) throws ProblemException {
    HttpFields headers = request.getHeaders();
    String site = headers.get(FETCH_SITE);
    String origin = headers.get(HttpHeader.ORIGIN);
    boolean reads = READING.contains(request.getMethod());
    boolean typed = reads && "none".equals(site); // into the browser's address bar
    boolean others = site != null && !site.equals(SAME_ORIGIN) && !typed;
    if (others || (origin != null && !origin.equals(ownOrigin(request)))) {
      throw forbidden("the request comes from another site: only the page itself may send it");
    }
  }

  private static String ownOrigin(Request request) {
    return "http://" + request.getHeaders().get(HttpHeader.HOST);
  }

  private static ProblemException forbidden(String detail) {
    return new ProblemException(HttpStatus.FORBIDDEN_403, detail);
  }
}
