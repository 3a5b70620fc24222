package dev.imprint.web.api;

import dev.imprint.event.Json;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes answers and problems as HTTP. */
public final class Responses {
  private final OpenStreams streams;

  /**
   * @param streams of answers that are events
   */
  Responses(OpenStreams streams) {
    this.streams = streams;
  }

  /**
   * @throws ProblemException if too many browsers listen; nothing has been sent then
   */
  void send(Answer answer, RoutedCall routed, Response response, Callback callback)
      throws ProblemException {
    if (answer instanceof Answer.Value json) {
      byte[] body = Json.encode(json.value()); // first: a failure must leave no trace
      response.setStatus(json.status());
      response.getHeaders().add(fields(Route.JSON, "no-store").add(json.headers()));
      write(body, routed.isHead(), response, callback);
    } else if (answer instanceof Answer.Bytes file) {
      response.setStatus(HttpStatus.OK_200);
      response.getHeaders().add(fields(file.contentType(), "private, max-age=31536000, immutable"));
      write(file.bytes(), routed.isHead(), response, callback);
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
    response.setStatus(problem.status());
    response.getHeaders().add(e.fields()).add(HttpHeader.CONTENT_TYPE, form.contentType());
    write(form.body(problem), false, response, callback);
  }

  private static void write(byte[] body, boolean head, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(head ? new byte[0] : body), callback);
  }
}
