package dev.imprint.web.api;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers requests by a table of routes, which also says who may send them: {@link RoutedCall}
 * finds the route and checks the request, {@link Bodies} takes in its body, {@link CallsInProgress}
 * carries out the call, and {@link Responses} writes its answer. Closing ends all streams; the
 * creator does that before the server is closed.
 */
public final class Api extends Handler.Abstract.NonBlocking implements AutoCloseable {
  public static final int MOST_JSON_BYTES = 64 * 1024;

  private static final String ROOT = "/api/";

  /** Of the Open Inference Protocol, version 2. */
  private static final String INFERENCE = "/v2";

  private static final String DESCRIPTION = "/api/v1/openapi.json";

  /** Often enough that a client that takes nothing is noticed within the time of a request. */
  private static final long KEEP_ALIVE_SECONDS = 3;

  private final List<Route> routes;
  private final Callers callers;
  private final int maxFileBytes;
  private final Duration patience;
  private final OpenStreams streams = new OpenStreams();
  private final CallsInProgress calls = new CallsInProgress(new Responses(streams));
  private final Bodies bodies;

  /** Without routes that take a file. */
  public Api(List<Route> routes, Callers callers) {
    this(routes, callers, 0);
  }

  /**
   * @param callers says who sends a request
   * @param maxFileBytes of routes that take a file
   */
  public Api(List<Route> routes, Callers callers, int maxFileBytes) {
    this(routes, callers, maxFileBytes, Reply.PATIENCE);
  }

  /**
   * @param patience within which each call is answered
   */
  Api(List<Route> routes, Callers callers, int maxFileBytes, Duration patience) {
    this.callers = callers;
    this.maxFileBytes = maxFileBytes;
    this.patience = patience;
    List<Route> all = new ArrayList<>(routes);
    all.add(
        Route.get(DESCRIPTION, "openapi", "This description.")
            .returns(
                Object.class,
                call -> Answer.ok(new OpenApi(all, callers != Callers.ANYBODY).document())));
    this.routes = List.copyOf(all);
    this.bodies = new Bodies(maxFileBytes, mostBytes());
  }

  /** Whether requests for this path are for the interface. */
  public static boolean owns(String path) {
    return path.startsWith(ROOT) || isInference(path);
  }

  static boolean isInference(String path) {
    return path.equals(INFERENCE) || path.startsWith(INFERENCE + "/");
  }

  /** The largest body of all routes. */
  public int mostBytes() {
    return routes.stream()
        .mapToInt(route -> route.mostBytes(maxFileBytes))
        .reduce(MOST_JSON_BYTES, Math::max);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    keepAliveLater();
  }

  private void keepAliveLater() {
    getServer().getScheduler().schedule(this::keepAlive, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
  }

  private void keepAlive() {
    streams.keepAlive(Instant.now());
    if (!isStopping() && !isStopped()) {
      keepAliveLater();
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      RoutedCall routed = RoutedCall.of(routes, callers, request);
      Bodies.Next carryOut =
          (body, release) ->
              calls.submit(
                  routed,
                  new Call(request, routed, body),
                  new Reply(response, callback, getServer().getScheduler(), patience),
                  release);
      if (routed.route().body() == null) {
        carryOut.take(new byte[0], () -> {});
      } else {
        bodies.take(routed, request, response, callback, carryOut);
      }
    } catch (ProblemException e) {
      Responses.send(e, response, callback);
    }
    return true;
  }

  @Override
  public void close() {
    calls.close();
    streams.close();
  }
}
