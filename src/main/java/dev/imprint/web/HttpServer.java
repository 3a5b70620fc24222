package dev.imprint.web;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.web.api.Api;
import dev.imprint.web.tls.TlsFiles;
import java.io.IOException;
import java.net.BindException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of one instance. Listens from {@link #start} until the caller closes it; closing
 * waits up to {@value #STOP_MS} ms for answers in progress.
 */
public final class HttpServer implements AutoCloseable {
  /** Scrapes and probes are few; a flood of requests must not take the model's threads. */
  private static final int MAX_THREADS = 8;

  private static final long STOP_MS = 2_000;

  private static final long IDLE_MS_ON_STOP = 100;

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final Server server;
  private final ServerConnector connector;

  private HttpServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Starts listening.
   *
   * @param pages by path, such as {@code /health}
   * @throws BindException if the address cannot be listened on; the message names key and fix
   * @throws InvalidSettingException if the files of TLS are not good
   */
  public static HttpServer start(HttpConfig config, Map<String, Page> pages) throws BindException {
    return start(config, new Pages(pages), ConnectionLimits.DEFAULTS, Api.MOST_JSON_BYTES);
  }

  /**
   * Starts listening, with a site for people beside the pages.
   *
   * @param files of the site, and {@code api} that they use; both under {@link AccessRules}
   */
  public static HttpServer start(
      HttpConfig config, Map<String, Page> pages, StaticFiles files, Api api) throws BindException {
    Handler site = new AccessRules(config, new Handler.Sequence(files, api));
    return start(
        config,
        new Handler.Sequence(site, new Pages(pages)),
        ConnectionLimits.DEFAULTS,
        api.mostBytes());
  }

  static HttpServer start(HttpConfig config, Handler handler, ConnectionLimits limits)
      throws BindException {
    return start(config, handler, limits, Api.MOST_JSON_BYTES);
  }

  private static HttpServer start(
      HttpConfig config, Handler handler, ConnectionLimits limits, int maxRequestBytes)
      throws BindException {
    Server server = new Server(new QueuedThreadPool(MAX_THREADS, 2));
    server.setStopTimeout(STOP_MS);
    TlsFiles tls =
        config.tls().hasCertificate() ? new TlsFiles(config.tls(), Clock.systemUTC()) : null;
    ServerConnector connector = connector(server, config, limits, tls);
    SlowClients slowClients = new SlowClients(limits);
    connector.addBean(slowClients, false); // reports connections to it
    server.addConnector(connector);
    // If clients arrive faster than the slowest are dropped, the rest wait to be accepted.
    server.addBean(new NetworkConnectionLimit(2 * limits.connections(), connector));
    server.setHandler(handler);
    server.setErrorHandler(new ProblemAnswers());
    server.insertHandler(new SizeLimitHandler(maxRequestBytes, -1));
    server.insertHandler(slowClients);
    server.insertHandler(new GracefulHandler());
    try {
      connector.open();
      server.start();
      if (tls != null) {
        tls.follow(server.getScheduler());
      }
      return new HttpServer(server, connector);
    } catch (IOException e) {
      throw bindException(config, e);
    } catch (Exception e) { // declared by Jetty
      throw new IllegalStateException("the HTTP server cannot start", e);
    }
  }

  private static ServerConnector connector(
      Server server, HttpConfig config, ConnectionLimits limits, @Nullable TlsFiles tls) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    // One acceptor and one selector, regardless of cores: Jetty takes them from the pool.
    ServerConnector connector = new ServerConnector(server, 1, 1, factories(http, tls));
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setIdleTimeout(limits.idle().toMillis());
    connector.setAcceptQueueSize(limits.connections());
    // A keep-alive connection without a request must not delay the stop.
    connector.setShutdownIdleTimeout(IDLE_MS_ON_STOP);
    return connector;
  }

  private static ConnectionFactory[] factories(HttpConfiguration http, @Nullable TlsFiles tls) {
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    if (tls == null) {
      return new ConnectionFactory[] {plain};
    }
    // Names are checked with the Host header, if at all: instances are often probed by address.
    http.addCustomizer(new SecureRequestCustomizer(false));
    return new ConnectionFactory[] {
      new SslConnectionFactory(tls.factory(), plain.getProtocol()), plain
    };
  }

  private static BindException bindException(HttpConfig config, IOException cause) {
    BindException exception =
        new BindException(
            "cannot listen on %s:%d, which may be in use: stop the other process, or set http.port"
                    .formatted(config.host(), config.port())
                + " (and http.host) to an address that is free; port 0 picks one");
    exception.initCause(cause);
    return exception;
  }

  /** The port that it listens on, even if the configuration says 0. */
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (TimeoutException e) {
      LOG.debug("Some responses were still being sent", e);
    } catch (Exception e) { // declared by Jetty
      throw new IllegalStateException("the HTTP server cannot stop", e);
    }
  }
}
