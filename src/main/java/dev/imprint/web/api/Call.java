package dev.imprint.web.api;

import com.fasterxml.jackson.databind.DatabindException;
import dev.imprint.event.Json;
import java.io.IOException;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request whose parameters have been checked by its route. */
public final class Call {
  private final Request request;
  private final @Nullable Caller caller;
  private final Map<String, Object> values;
  private final byte[] body;

  Call(Request request, RoutedCall routed, byte[] body) {
    this.request = request;
    this.caller = routed.caller();
    this.values = routed.values();
    this.body = body;
  }

  /**
   * Who sent it, and has the route's role.
   *
   * @throws IllegalStateException if the route takes no role, and nobody is known
   */
  public Caller caller() {
    if (caller == null) {
      throw new IllegalStateException("the route is open to everybody: ask callerIfKnown()");
    }
    return caller;
  }

  /** The same on a route that takes no role; null if nobody is known. */
  public @Nullable Caller callerIfKnown() {
    return caller;
  }

  /** The request itself, for those who need more than a route describes. */
  public Request request() {
    return request;
  }

  /** The value of a text parameter; null if the query does not have it. */
  public @Nullable String text(String name) {
    return (String) values.get(name);
  }

  /**
   * The value of a parameter that each request has: one of the path, or one with a default.
   *
   * @throws IllegalArgumentException if the route has no such parameter
   */
  public String required(String name) {
    return String.valueOf(value(name));
  }

  /** The same, of a whole number. */
  public long integer(String name) {
    return (Long) value(name);
  }

  /** The value of a numeric parameter; otherwise a value of the caller's. */
  public double number(String name, double otherwise) {
    return values.get(name) instanceof Double number ? number : otherwise;
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no parameter " + name);
    }
    return value;
  }

  /** The body of a route that takes a file; not copied. */
  public byte[] bytes() {
    return body;
  }

  /**
   * The body.
   *
   * @throws ProblemException if it is not JSON of this type
   */
  public <T> T body(Class<T> type) throws ProblemException {
    return body(body, type);
  }

  /** The same of the part of a body that is JSON. */
  public static <T> T body(byte[] json, Class<T> type) throws ProblemException {
    try {
      return Json.decodeExactly(json, type);
    } catch (DatabindException e) { // JSON, but of another form than the description's
      throw ProblemException.unusable(why(e));
    } catch (IOException e) {
      throw ProblemException.badRequest(why(e));
    }
  }

  private static String why(IOException e) {
    // Jackson wraps what a record's constructor says about its values.
    Throwable said = e.getCause() instanceof IllegalArgumentException cause ? cause : e;
    return "the body cannot be read: "
        + String.valueOf(said.getMessage()).lines().findFirst().orElse("empty");
  }
}
