package dev.imprint.web;

import dev.imprint.event.Json;
import dev.imprint.model.CheckResult;
import dev.imprint.model.CheckResult.Status;
import dev.imprint.observability.Health;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/**
 * Health as JSON.
 *
 * @param good reports answered with 200; all others get 503
 */
record HealthPage(Health health, Predicate<Health.Report> good) implements Page {
  private static final HttpFields FIELDS =
      HttpFields.build()
          .add(HttpHeader.CONTENT_TYPE, "application/json")
          .add(HttpHeader.CACHE_CONTROL, "no-store")
          .asImmutable();

  @Override
  public PageResponse get(Request request) {
    Health.Report report = health.report();
    int status = good.test(report) ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
    return new PageResponse(status, FIELDS, Json.encode(json(report)));
  }

  private static Map<String, Object> json(Health.Report report) {
    Map<String, Object> parts = new LinkedHashMap<>();
    report.parts().forEach((name, result) -> parts.put(name, json(result)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", json(report.status()));
    json.put("live", report.live());
    json.put("ready", report.ready());
    json.put("parts", parts);
    return json;
  }

  private static Map<String, String> json(CheckResult result) {
    return result.cause().isEmpty()
        ? Map.of("status", json(result.status()))
        : Map.of("status", json(result.status()), "cause", result.cause());
  }

  private static String json(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
