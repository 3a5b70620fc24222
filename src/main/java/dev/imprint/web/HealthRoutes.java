package dev.imprint.web;

import dev.imprint.model.CheckResult;
import dev.imprint.model.CheckResult.Status;
import dev.imprint.observability.Health;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * {@code GET /health}, {@code /health/live} and {@code /health/ready}: the same JSON, each with a
 * status code of its own. {@code /health} is for people and always 200.
 */
final class HealthRoutes implements Routes {
  private final Health health;

  HealthRoutes(Health health) {
    this.health = health;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/health", context -> answer(context, report -> true));
    routes.get("/health/live", context -> answer(context, Health.Report::live));
    routes.get("/health/ready", context -> answer(context, Health.Report::ready));
  }

  private void answer(Context context, Predicate<Health.Report> good) {
    Health.Report report = health.report();
    context.status(good.test(report) ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    context.header("Cache-Control", "no-store").json(json(report));
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
