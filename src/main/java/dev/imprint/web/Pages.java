package dev.imprint.web;

import dev.imprint.event.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Finds the page for a path and sends its answer. Sending never blocks: a client that reads slowly
 * holds its connection, but none of the few threads.
 */
final class Pages extends Handler.Abstract {
  private static final HttpFields JSON =
      HttpFields.build().add(HttpHeader.CONTENT_TYPE, "application/json").asImmutable();

  private final Map<String, Page> pages;

  /**
   * @param pages by path, in the order in which they are listed for an unknown path
   */
  Pages(Map<String, Page> pages) {
    this.pages = pages;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws IOException {
    PageResponse answer = answer(request);
    response.setStatus(answer.status());
    response.getHeaders().add(answer.fields());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
    boolean head = HttpMethod.HEAD.is(request.getMethod());
    response.write(true, ByteBuffer.wrap(head ? new byte[0] : answer.body()), callback);
    return true;
  }

  private PageResponse answer(Request request) throws IOException {
    String path = Request.getPathInContext(request);
    Page page = pages.get(path.length() > 1 && path.endsWith("/") ? withoutEnd(path) : path);
    if (page == null) {
      return error(HttpStatus.NOT_FOUND_404, "no such page", JSON);
    }
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      return error(
          HttpStatus.METHOD_NOT_ALLOWED_405,
          "use GET or HEAD",
          HttpFields.build(JSON).add(HttpHeader.ALLOW, "GET, HEAD"));
    }
    return page.get(request);
  }

  private PageResponse error(int status, String error, HttpFields fields) {
    return new PageResponse(
        status, fields, Json.encode(Map.of("error", error, "paths", pages.keySet())));
  }

  private static String withoutEnd(String path) {
    return path.substring(0, path.length() - 1);
  }
}
