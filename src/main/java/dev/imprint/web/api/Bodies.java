package dev.imprint.web.api;

import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Takes in the bodies of requests, with a limit on the memory of large ones. Thread-safe. */
final class Bodies {
  /** Of the largest size, that many files are in memory at once; more of smaller ones. */
  private static final int MOST_FILES = 4;

  private static final int KIB = 1024;

  private final int maxFileBytes;
  private final Semaphore files; // in KiB

  /**
   * @param maxFileBytes of routes that take a file
   * @param mostBytes the largest body of all routes
   */
  Bodies(int maxFileBytes, int mostBytes) {
    this.maxFileBytes = maxFileBytes;
    this.files = new Semaphore(MOST_FILES * kib(mostBytes));
  }

  private static int kib(long bytes) {
    return (int) (bytes / KIB) + 1;
  }

  /** Goes on with a body once it has arrived. */
  interface Next {
    /**
     * @param release to be called once the body is needed no more
     */
    void take(byte[] body, Runnable release);
  }

  /**
   * Answers by itself if the body turns out to be too large, or the connection ends.
   *
   * @throws ProblemException if the body is refused before it has arrived
   */
  void take(RoutedCall routed, Request request, Response response, Callback callback, Next next)
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
                next.take(body, release);
              } else if (isTooLarge(failure)) { // more than the limit
                Responses.send(ProblemException.tooLarge("the body", most), response, refused);
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
}
