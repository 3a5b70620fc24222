package dev.imprint.web.api;

import dev.imprint.web.HttpConfig;
import dev.imprint.web.HttpServer;
import dev.imprint.web.StaticFiles;
import java.net.BindException;
import java.util.Map;

/** A server of an interface alone, for tests. */
public final class ApiServer {
  private ApiServer() {}

  /** On any free port of this machine; the caller closes it, after the interface. */
  public static HttpServer start(Api api) throws BindException {
    return HttpServer.start(
        new HttpConfig("127.0.0.1", 0),
        Map.of(),
        new StaticFiles("/web/index.html", Map.of()),
        api);
  }
}
