package dev.imprint.web.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * The route that a request means, and its parameters' values, checked.
 *
 * @param isHead whether only the answer's headers are asked for
 * @param caller null if the route takes no role, and it does not say
 */
record RoutedCall(
    Route route, Map<String, Object> values, boolean isHead, @Nullable Caller caller) {

  /**
   * @throws ProblemException if no route fits, the caller may not use it, or a parameter is wrong
   */
  static RoutedCall of(List<Route> routes, Callers callers, Request request)
      throws ProblemException {
    String path = withoutEnd(Request.getPathInContext(request));
    boolean head = HttpMethod.HEAD.is(request.getMethod());
    String method = head ? "GET" : request.getMethod();
    List<String> methods = new ArrayList<>();
    for (Route route : routes) {
      Map<String, String> inPath = route.match(path);
      if (inPath != null && route.method().equals(method)) {
        Caller caller = allowed(route, callers.of(request));
        return new RoutedCall(route, values(route, inPath, query(request)), head, caller);
      }
      if (inPath != null) {
        methods.add(route.method());
      }
    }
    if (methods.isEmpty()) {
      throw ProblemException.notFound("no such path; see /api/v1/openapi.json");
    }
    throw ProblemException.wrongMethod(methods.toArray(String[]::new));
  }

  private static String withoutEnd(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** The one place where roles are checked. */
  private static @Nullable Caller allowed(Route route, @Nullable Caller caller)
      throws ProblemException {
    AccessRole needed = route.role();
    if (needed == null) {
      return caller;
    }
    if (caller == null) {
      throw ProblemException.unauthorized(
          "log in on the page, or send a token (Authorization: Bearer …)");
    }
    if (!caller.role().includes(needed)) {
      throw ProblemException.forbidden(
          "this needs the role %s, and %s has the role %s"
              .formatted(needed, caller.name(), caller.role()));
    }
    return caller;
  }

  private static Map<String, String> query(Request request) throws ProblemException {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      for (Fields.Field field : Request.extractQueryParameters(request)) {
        if (field.hasMultipleValues()) {
          throw ProblemException.badRequest("%s is given twice".formatted(field.getName()));
        }
        values.put(field.getName(), field.getValue());
      }
    } catch (IllegalArgumentException | HttpException.RuntimeException e) {
      throw ProblemException.badRequest("the query is not UTF-8 in percent encoding");
    }
    return values;
  }

  private static Map<String, Object> values(
      Route route, Map<String, String> inPath, Map<String, String> query) throws ProblemException {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter parameter : route.parameters()) {
      String name = parameter.name();
      String value = route.isInPath(parameter) ? inPath.get(name) : query.remove(name);
      if (value == null && parameter.mandatory()) {
        throw ProblemException.badRequest(
            "%s is missing: %s".formatted(name, parameter.description()));
      }
      Object read = value == null ? parameter.otherwise() : parameter.read(value);
      if (read != null) {
        values.put(name, read);
      }
    }
    if (!query.isEmpty()) {
      throw ProblemException.badRequest(
          "there is no parameter %s; there are %s"
              .formatted(
                  query.keySet(), route.parameters().stream().map(Parameter::name).toList()));
    }
    return values;
  }

  /**
   * A form on another site can send none of our types.
   *
   * @throws ProblemException if the body is said to be something else
   */
  void requireType(Request request) throws ProblemException {
    List<String> wanted = route.bodyTypes();
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    boolean good =
        type == null
            ? route.holdsFile() // common clients of model servers do not say it
            : wanted.contains(MimeTypes.getContentTypeWithoutCharset(type));
    if (!good) {
      throw new ProblemException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
          (wanted.contains(Route.JSON) ? "send JSON" : "send the file itself")
              + ", with Content-Type: "
              + wanted.get(0));
    }
  }

  /**
   * Limits the size of the body by the header, which browsers send.
   *
   * @throws ProblemException if it says that the body is larger
   */
  void requireFits(Request request, int mostBytes) throws ProblemException {
    if (request.getLength() > mostBytes) {
      throw ProblemException.tooLarge("the body", mostBytes);
    }
  }
}
