package dev.imprint.web.api;

import dev.imprint.event.Json;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests by a table of routes, which also says who may send them. Calls run on a few
 * threads of its own, and hold none while they wait for Kafka ({@link Answer.Later}); if too many
 * wait, clients are told to try again. Closing ends all streams; the creator does that before the
 * server is closed.
 */
public final class Api extends Handler.Abstract.NonBlocking implements AutoCloseable {
  private static final String ROOT = "/api/";

  /** Of the Open Inference Protocol, version 2. */
  private static final String INFERENCE = "/v2";

  private static final String DESCRIPTION = "/api/v1/openapi.json";

  private static final int THREADS = 6;

  /** Calls in progress; half of the connections that the server allows. */
  static final int MOST_CALLS = 128;

  /** After this time without calls, there are no threads. */
  private static final long IDLE_SECONDS = 30;

  public static final int MOST_JSON_BYTES = 64 * 1024;

  /** Of the largest size, that many files are in memory at once; more of smaller ones. */
  private static final int MOST_FILES = 4;

  private static final int KIB = 1024;

  /** Often enough that a client that takes nothing is noticed within the time of a request. */
  private static final long KEEP_ALIVE_SECONDS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  private final List<Route> routes;
  private final Callers callers;
  private final int maxFileBytes;
  private final Duration patience;
  private final Semaphore files; // in KiB
  private final Semaphore calls = new Semaphore(MOST_CALLS);
  private final ExecutorService threads;
  private final OpenStreams streams = new OpenStreams();

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
    this.files = new Semaphore(MOST_FILES * kib(mostBytes()));
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_CALLS),
            Api::thread);
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "imprint-page");
    thread.setDaemon(true);
    return thread;
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

  private static int kib(long bytes) {
    return (int) (bytes / KIB) + 1;
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
      byte[] none = new byte[0];
      if (routed.route().body() == null) {
        submit(routed, new Call(request, routed, none), response, callback, () -> {});
      } else {
        takeBody(routed, request, response, callback);
      }
    } catch (ProblemException e) {
      send(e, response, callback);
    }
    return true;
  }

  private void takeBody(RoutedCall routed, Request request, Response response, Callback callback)
      throws ProblemException {
    routed.requireType(request);
    int most = routed.route().mostBytes(maxFileBytes);
    routed.requireFits(request, most);
    // Without the header, it may be the largest.
    int size =
        routed.route().isLarge() ? kib(request.getLength() < 0 ? most : request.getLength()) : 0;
    if (!files.tryAcquire(size)) {
      throw ProblemException.unavailable("too many files at once: try again in a second");
    }
    Runnable release = () -> files.release(size);
    Callback refused = Callback.from(callback, release);
    Content.Source.asByteArrayAsync(request, most)
        .whenComplete(
            (body, failure) -> {
              if (failure == null) {
                submit(routed, new Call(request, routed, body), response, callback, release);
              } else if (isTooLarge(failure)) { // more than the limit
                send(ProblemException.tooLarge("the body", most), response, refused);
              } else {
                refused.failed(failure);
              }
            });
  }

  /** By the limit of the route, or that of the server. */
  private static boolean isTooLarge(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof IllegalStateException
        || (cause instanceof HttpException http
            && http.getCode() == HttpStatus.PAYLOAD_TOO_LARGE_413);
  }

  /**
   * @param ended called once the call needs its body no more, which may be after its answer
   */
  private void submit(
      RoutedCall routed, Call call, Response response, Callback callback, Runnable ended) {
    Reply reply = new Reply(response, callback, getServer().getScheduler(), patience);
    if (!calls.tryAcquire()) {
      ended.run();
      send(
          ProblemException.unavailable("too many requests at once: try again in a second"),
          reply,
          false);
      return;
    }
    Runnable over =
        () -> {
          calls.release();
          ended.run();
        };
    Answering answering = () -> routed.route().endpoint().answer(call);
    try {
      threads.execute(
          () -> {
            if (reply.isGiven()) { // it has waited for too long
              over.run();
            } else {
              carryOut(routed, reply, answering, over);
            }
          });
    } catch (RejectedExecutionException e) {
      over.run();
      LOG.debug("A call came while the interface was closed", e);
      send(ProblemException.unavailable("the service is stopping"), reply, false);
    }
  }

  private interface Answering {
    Answer answer() throws ProblemException;
  }

  private void carryOut(RoutedCall routed, Reply reply, Answering answering, Runnable ended) {
    boolean begun = false;
    boolean later = false;
    try {
      Answer answer = answering.answer();
      if (answer instanceof Answer.Later promise) {
        later = true;
        var unused =
            promise
                .answer()
                .whenComplete(
                    (value, failure) ->
                        carryOut(routed, reply, () -> outcome(value, failure), ended));
      } else {
        begun = reply.begin();
        if (begun) {
          send(answer, routed, reply.response(), reply.callback());
        }
      }
    } catch (ProblemException e) {
      send(e, reply, begun);
    } catch (RuntimeException | Error e) {
      LOG.warn("{} {} failed", routed.route().method(), routed.route().path(), e);
      send(
          new ProblemException(
              HttpStatus.INTERNAL_SERVER_ERROR_500, "internal error; see the log: " + e),
          reply,
          begun);
      if (e instanceof Error error) {
        throw error;
      }
    } finally {
      if (!later) {
        ended.run();
      }
    }
  }

  private static Answer outcome(Answer value, @Nullable Throwable failure) throws ProblemException {
    if (failure == null) {
      return value;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof ProblemException problem) {
      throw problem;
    }
    throw new IllegalStateException(cause);
  }

  /**
   * @param begun whether this caller has begun the reply, of which nothing was sent
   */
  private static void send(ProblemException e, Reply reply, boolean begun) {
    if (begun || reply.begin()) {
      send(e, reply.response(), reply.callback());
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
    streams.requireRoom();
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().add(fields(Route.EVENTS, "no-store"));
    if (routed.isHead()) {
      response.write(true, ByteBuffer.allocate(0), callback);
      return;
    }
    events.listener().accept(streams.open(response, callback, routed.caller()));
  }

  private static HttpFields.Mutable fields(String type, String caching) {
    return HttpFields.build()
        .add(HttpHeader.CONTENT_TYPE, type)
        .add(HttpHeader.CACHE_CONTROL, caching);
  }

  /** Sends a problem as the answer. */
  public static void send(ProblemException e, Response response, Callback callback) {
    Problem problem = e.problem();
    Request request = response.getRequest();
    // If the body has not arrived, the answer must say that the connection ends with it: otherwise,
    // clients send their next request on it, and get no answer.
    request.consumeAvailable();
    ErrorForm form = ErrorForm.of(Request.getPathInContext(request));
    HttpFields fields =
        HttpFields.build(e.fields()).add(HttpHeader.CONTENT_TYPE, form.contentType());
    send(problem.status(), fields, form.body(problem), false, response, callback);
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
    streams.close();
  }
}
