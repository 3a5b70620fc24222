package dev.imprint.web.api;

import dev.imprint.event.Json;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests by a table of routes, which also says who may send them. Calls run on a few
 * threads of its own, so that one that waits for Kafka holds up no probe; if more come than these
 * can do, clients are told to try again. Closing ends all streams; the creator does that before the
 * server is closed.
 */
public final class Api extends Handler.Abstract.NonBlocking implements AutoCloseable {
  public static final String ROOT = "/api/";

  private static final String DESCRIPTION = "/api/v1/openapi.json";

  private static final int THREADS = 3;
  private static final int MOST_WAITING = 256;

  /** After this time without calls, there are no threads. */
  private static final long IDLE_SECONDS = 30;

  /** Browsers open one a tab. */
  static final int MOST_STREAMS = 32;

  /** Often enough that a client that takes nothing is noticed within the time of a request. */
  private static final long KEEP_ALIVE_SECONDS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  private final List<Route> routes;
  private final Callers callers;
  private final ExecutorService threads;
  private final Map<EventStream, Instant> streams = new ConcurrentHashMap<>(); // open until

  /**
   * @param callers says who sends a request
   */
  public Api(List<Route> routes, Callers callers) {
    this.callers = callers;
    List<Route> all = new ArrayList<>(routes);
    all.add(
        Route.get(DESCRIPTION, "openapi", "This description.")
            .returns(
                Object.class,
                call -> Answer.ok(new OpenApi(all, callers != Callers.ANYBODY).document())));
    this.routes = List.copyOf(all);
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Api::thread);
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "imprint-page");
    thread.setDaemon(true);
    return thread;
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
    Instant now = Instant.now();
    streams.forEach(
        (stream, until) -> {
          if (now.isBefore(until)) {
            stream.keepAlive();
          } else {
            stream.close(); // browsers connect again, and are asked who they are
          }
        });
    if (!isStopping() && !isStopped()) {
      keepAliveLater();
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      RoutedCall routed = RoutedCall.of(routes, callers, request);
      byte[] none = new byte[0];
      if (routed.route().body() == null) {
        submit(routed, new Call(request, routed, none), response, callback);
      } else {
        RoutedCall.requireJson(request);
        Content.Source.asByteArrayAsync(request, -1) // the server limits its size
            .whenComplete(
                (body, failure) -> {
                  if (failure == null) {
                    submit(routed, new Call(request, routed, body), response, callback);
                  } else {
                    callback.failed(failure);
                  }
                });
      }
    } catch (ProblemException e) {
      send(e, response, callback);
    }
    return true;
  }

  private void submit(RoutedCall routed, Call call, Response response, Callback callback) {
    try {
      threads.execute(() -> carryOut(routed, call, response, callback));
    } catch (RejectedExecutionException e) {
      LOG.debug("Too many calls at once", e);
      send(
          ProblemException.unavailable("too many requests at once: try again in a second"),
          response,
          callback);
    }
  }

  private void carryOut(RoutedCall routed, Call call, Response response, Callback callback) {
    try {
      Answer answer = routed.route().endpoint().answer(call);
      send(answer, routed, response, callback);
    } catch (ProblemException e) {
      send(e, response, callback);
    } catch (RuntimeException | Error e) {
      LOG.warn("{} {} failed", routed.route().method(), routed.route().path(), e);
      send(
          new ProblemException(
              HttpStatus.INTERNAL_SERVER_ERROR_500, "internal error; see the log: " + e),
          response,
          callback);
      if (e instanceof Error error) {
        throw error;
      }
    }
  }

  private void send(Answer answer, RoutedCall routed, Response response, Callback callback)
      throws ProblemException {
    boolean head = routed.isHead();
    if (answer instanceof Answer.Value json) {
      send(
          json.status(),
          fields(Route.JSON, "no-store").add(json.headers()),
          Json.encode(json.value()),
          head,
          response,
          callback);
    } else if (answer instanceof Answer.Bytes file) {
      HttpFields fields = fields(file.contentType(), "private, max-age=31536000, immutable");
      send(HttpStatus.OK_200, fields, file.bytes(), head, response, callback);
    } else if (answer instanceof Answer.Events events) {
      stream(events, routed, response, callback);
    }
  }

  private void stream(Answer.Events events, RoutedCall routed, Response response, Callback callback)
      throws ProblemException {
    if (streams.size() >= MOST_STREAMS) {
      throw ProblemException.unavailable(
          "%d browsers are listening already, which is the limit: close one"
              .formatted(MOST_STREAMS));
    }
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().add(fields(Route.EVENTS, "no-store"));
    if (routed.isHead()) {
      response.write(true, ByteBuffer.allocate(0), callback);
      return;
    }
    EventStream stream = new EventStream(response, callback, streams::remove);
    Caller caller = routed.caller();
    streams.put(stream, caller == null ? Instant.MAX : caller.until());
    stream.begin();
    events.listener().accept(stream);
  }

  private static HttpFields.Mutable fields(String type, String caching) {
    return HttpFields.build()
        .add(HttpHeader.CONTENT_TYPE, type)
        .add(HttpHeader.CACHE_CONTROL, caching);
  }

  /** Sends a problem as the answer. */
  public static void send(ProblemException e, Response response, Callback callback) {
    Problem problem = e.problem();
    send(problem.status(), e.fields(), problem.body(), false, response, callback);
  }

  private static void send(
      int status,
      HttpFields fields,
      byte[] body,
      boolean head,
      Response response,
      Callback callback) {
    response.setStatus(status);
    response.getHeaders().add(fields);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(head ? new byte[0] : body), callback);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    streams.keySet().forEach(EventStream::close);
  }
}
