package dev.imprint.web;

import dev.imprint.observability.Health;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HttpStatus;
import io.javalin.router.EndpointNotFound;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server of one instance. Listens from {@link #start} on until it is closed by whoever
 * started it; closing waits up to {@value #STOP_MS} ms for answers under way.
 */
public final class HttpServer implements AutoCloseable {
  /** Scrapes and probes are few; a flood of requests must not take the model's threads. */
  private static final int MAX_THREADS = 8;

  private static final int MAX_REQUEST_BYTES = 64 * 1024;
  private static final long STOP_MS = 2_000;

  private static final long IDLE_MS_ON_STOP = 100;

  private final Javalin server;

  private HttpServer(Javalin server) {
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @throws BindException if the address cannot be listened on; the message names key and fix
   */
  public static HttpServer start(HttpConfig config, PrometheusMeterRegistry registry, Health health)
      throws BindException {
    List<Routes> routes = List.of(new MetricsRoutes(registry), new HealthRoutes(health));
    Javalin javalin = Javalin.create(javalinConfig -> configure(javalinConfig, config, routes));
    try {
      return new HttpServer(javalin.start());
    } catch (JavalinBindException e) {
      throw bindException(config, e);
    }
  }

  private static void configure(JavalinConfig javalin, HttpConfig config, List<Routes> routes) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.showOldJavalinVersionWarning = false;
    javalin.startup.startupWatcherEnabled = false;
    javalin.http.maxRequestSize = MAX_REQUEST_BYTES;
    javalin.jetty.threadPool = new QueuedThreadPool(MAX_THREADS, 2);
    javalin.jetty.modifyServer(HttpServer::limit);
    javalin.jetty.addConnector(
        (server, http) -> {
          // One acceptor and one selector, whatever the cores: Jetty takes them from the pool.
          ServerConnector connector =
              new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
          connector.setHost(config.host());
          connector.setPort(config.port());
          // A kept-alive connection without a request must not hold up the end.
          connector.setShutdownIdleTimeout(IDLE_MS_ON_STOP);
          return connector;
        });
    List<String> paths = new ArrayList<>();
    javalin.events.handlerAdded(handler -> paths.add(handler.getPath()));
    routes.forEach(route -> route.addTo(javalin.routes));
    javalin.routes.exception(
        EndpointNotFound.class,
        (e, context) ->
            context
                .status(HttpStatus.NOT_FOUND)
                .json(Map.of("error", "no such path", "paths", paths)));
  }

  private static void limit(Server server) {
    server.setStopTimeout(STOP_MS);
    server.insertHandler(new SizeLimitHandler(MAX_REQUEST_BYTES, -1));
    server.insertHandler(new GracefulHandler());
  }

  private static BindException bindException(HttpConfig config, JavalinBindException cause) {
    BindException exception =
        new BindException(
            "cannot listen on %s:%d, it may be in use: stop the other process, or set http.port"
                    .formatted(config.host(), config.port())
                + " (and http.host) to an address that is free; port 0 picks one");
    exception.initCause(cause);
    return exception;
  }

  /** The port that it listens on, also if the configuration said 0. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
