package dev.imprint.web.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the interface. The table of all routes decides what is answered, and describes
 * it to clients.
 *
 * @param method of HTTP
 * @param role that it takes; null if anybody may call it
 * @param path with the names of its parameters in braces, each a whole segment
 * @param id unique name of the operation, for generated clients
 * @param body type of the request's JSON body, or {@link #FILE}; null if it has none
 * @param holdsFile whether the JSON body has a file in it, in base64, or is followed by one
 * @param returns types of the answer: a record as JSON, or for server-sent events one record for
 *     each event name
 * @param contentType of the answer
 */
public record Route(
    String method,
    String path,
    String id,
    String summary,
    @Nullable AccessRole role,
    List<Parameter> parameters,
    @Nullable Class<?> body,
    boolean holdsFile,
    Map<String, Class<?>> returns,
    String contentType,
    Endpoint endpoint) {
  static final String JSON = "application/json";
  static final String BINARY = "application/octet-stream";
  static final String EVENTS = "text/event-stream";

  /** Stands for a body that is a file. */
  static final Class<?> FILE = byte[].class;

  public Route {
    parameters = List.copyOf(parameters);
    returns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(returns));
  }

  /** Reads something; takes the role {@code LOOK} unless the builder says otherwise. */
  public static Builder get(String path, String id, String summary) {
    return new Builder("GET", path, id, summary, AccessRole.LOOK);
  }

  /** Changes something; takes the role {@code OPERATE} unless the builder says otherwise. */
  public static Builder post(String path, String id, String summary) {
    return new Builder("POST", path, id, summary, AccessRole.OPERATE);
  }

  /** Ends something; the same. */
  public static Builder delete(String path, String id, String summary) {
    return new Builder("DELETE", path, id, summary, AccessRole.OPERATE);
  }

  /** The types of HTTP that the body may have. */
  List<String> bodyTypes() {
    if (FILE.equals(body)) {
      return List.of(BINARY);
    }
    return holdsFile ? List.of(JSON, BINARY) : List.of(JSON);
  }

  /** Whether the body may be as large as files are. */
  boolean isLarge() {
    return holdsFile || FILE.equals(body);
  }

  /**
   * The largest body.
   *
   * @param maxFileBytes the largest file
   */
  int mostBytes(int maxFileBytes) {
    if (holdsFile) {
      return (int) Math.min(Integer.MAX_VALUE, Api.MOST_JSON_BYTES + maxFileBytes * 4L / 3);
    }
    return FILE.equals(body) ? maxFileBytes : Api.MOST_JSON_BYTES;
  }

  /** The parameters' values if a path is this route's; null if it is not. */
  @Nullable Map<String, String> match(String requested) {
    String[] its = path.split("/", -1);
    String[] segments = requested.split("/", -1);
    if (its.length != segments.length) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < its.length; i++) {
      if (its[i].startsWith("{") && !segments[i].isEmpty()) {
        values.put(its[i].substring(1, its[i].length() - 1), segments[i]);
      } else if (!its[i].equals(segments[i])) {
        return null;
      }
    }
    return values;
  }

  boolean isInPath(Parameter parameter) {
    return path.contains("{" + parameter.name() + "}");
  }

  /** A route in the making. */
  public static final class Builder {
    private final String method;
    private final String path;
    private final String id;
    private final String summary;
    private final List<Parameter> parameters = new ArrayList<>();
    private @Nullable AccessRole role;
    private @Nullable Class<?> body;
    private boolean holdsFile;

    private Builder(String method, String path, String id, String summary, AccessRole role) {
      this.method = method;
      this.path = path;
      this.id = id;
      this.summary = summary;
      this.role = role;
    }

    /** The role that callers need at least. */
    public Builder needs(AccessRole least) {
      role = least;
      return this;
    }

    /** For everybody who reaches the server. */
    public Builder open() {
      role = null;
      return this;
    }

    public Builder with(Parameter parameter) {
      parameters.add(parameter);
      return this;
    }

    public Builder takes(Class<?> type) {
      body = type;
      return this;
    }

    /** A file as the body, of type application/octet-stream. */
    public Builder takesFile() {
      return takes(FILE);
    }

    /** JSON with a file in it in base64, or followed by one as application/octet-stream. */
    public Builder takesWithFile(Class<?> type) {
      holdsFile = true;
      return takes(type);
    }

    public Route returns(Class<?> type, Endpoint endpoint) {
      return route(Map.of("", type), JSON, endpoint);
    }

    /** Server-sent events, by name. */
    public Route sends(Map<String, Class<?>> events, Endpoint endpoint) {
      return route(events, EVENTS, endpoint);
    }

    /** A file of this type. */
    public Route returnsFile(String contentType, Endpoint endpoint) {
      return route(Map.of(), contentType, endpoint);
    }

    private Route route(Map<String, Class<?>> returns, String contentType, Endpoint endpoint) {
      return new Route(
          method,
          path,
          id,
          summary,
          role,
          parameters,
          body,
          holdsFile,
          returns,
          contentType,
          endpoint);
    }
  }
}
