package dev.imprint.web.api;

import dev.imprint.model.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The OpenAPI 3.1 document of a table of routes. */
final class OpenApi {
  private static final String SESSION = "session";
  private static final String TOKEN = "token";

  private static final Map<String, Object> SECURITY_SCHEMES =
      Map.of(
          SESSION, Map.of("type", "apiKey", "in", "cookie", "name", Callers.SESSION_COOKIE),
          TOKEN, Map.of("type", "http", "scheme", "bearer"));

  private final JsonSchemas schemas = new JsonSchemas();
  private final List<Route> routes;
  private final boolean secured;

  /**
   * @param secured whether callers have to say who they are
   */
  OpenApi(List<Route> routes, boolean secured) {
    this.routes = routes;
    this.secured = secured;
  }

  Map<String, Object> document() {
    Map<String, Object> paths = new LinkedHashMap<>();
    for (Route route : routes) {
      @SuppressWarnings("unchecked") // put there by this method
      Map<String, Object> operations =
          (Map<String, Object>)
              paths.computeIfAbsent(route.path(), path -> new LinkedHashMap<String, Object>());
      operations.put(route.method().toLowerCase(Locale.ROOT), operation(route));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put(
        "info",
        Map.of(
            "title", "Imprint",
            "version", Release.VERSION,
            "description", "The API that the page of an Imprint service uses."));
    document.put("paths", paths);
    document.put(
        "components",
        Map.of(
            "schemas",
            schemas.records(),
            "securitySchemes",
            secured ? SECURITY_SCHEMES : Map.of()));
    return document;
  }

  private Map<String, Object> operation(Route route) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("operationId", route.id());
    operation.put("summary", route.summary());
    AccessRole role = secured ? route.role() : null;
    if (role != null) {
      operation.put("description", "Needs the role %s.".formatted(role));
      operation.put("security", List.of(Map.of(SESSION, List.of()), Map.of(TOKEN, List.of())));
    }
    operation.put(
        "parameters", route.parameters().stream().map(each -> parameter(route, each)).toList());
    Class<?> body = route.body();
    if (body != null) {
      operation.put("requestBody", Map.of("required", true, "content", bodies(route, body)));
    }
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put("2XX", response("The answer.", content(route)));
    ErrorForm form = ErrorForm.of(route.path());
    Map<String, Object> problem = content(form.contentType(), schemas.of(form.type()));
    if (role != null) {
      responses.put("401", response("The request does not say who sends it.", problem));
      responses.put("403", response("The caller's role is not enough.", problem));
    }
    responses.put("4XX", response("A problem.", problem));
    responses.put("5XX", response("A problem.", problem));
    operation.put("responses", responses);
    return operation;
  }

  private Map<String, Object> bodies(Route route, Class<?> type) {
    Map<String, Object> bodies = new LinkedHashMap<>();
    for (String each : route.bodyTypes()) {
      Map<String, Object> schema =
          each.equals(Route.BINARY)
              ? Map.of("type", "string", "format", "binary")
              : schemas.of(type);
      bodies.putAll(content(each, schema));
    }
    return bodies;
  }

  private static Map<String, Object> parameter(Route route, Parameter parameter) {
    Map<String, Object> described = new LinkedHashMap<>();
    boolean inPath = route.isInPath(parameter);
    described.put("name", parameter.name());
    described.put("in", inPath ? "path" : "query");
    described.put("required", inPath || parameter.mandatory());
    described.put("description", parameter.description());
    described.put("schema", parameter.schema());
    return described;
  }

  private Map<String, Object> content(Route route) {
    if (route.contentType().equals(Route.EVENTS)) {
      Map<String, Object> events = new LinkedHashMap<>();
      route.returns().forEach((name, type) -> events.put(name, schemas.of(type)));
      // OpenAPI has no form for the types of single events.
      Map<String, Object> content = new LinkedHashMap<>();
      content.put("schema", Map.of("type", "string"));
      content.put("x-events", events);
      return Map.of(Route.EVENTS, content);
    }
    List<Class<?>> types = new ArrayList<>(route.returns().values());
    return types.isEmpty()
        ? Map.of(route.contentType(), Map.of())
        : content(route.contentType(), schemas.of(types.get(0)));
  }

  private static Map<String, Object> content(String type, Map<String, Object> schema) {
    return Map.of(type, Map.of("schema", schema));
  }

  private static Map<String, Object> response(String text, Map<String, Object> content) {
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("description", text);
    response.put("content", content);
    return response;
  }
}
