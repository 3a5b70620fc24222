package dev.imprint.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** {@code GET /metrics}: Prometheus' text, or OpenMetrics where the client asks for it. */
final class MetricsRoutes implements Routes {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry;

  MetricsRoutes(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/metrics", this::metrics);
  }

  private void metrics(Context context) throws IOException {
    String accept = context.header(Header.ACCEPT);
    boolean openMetrics = accept != null && accept.contains("application/openmetrics-text");
    String contentType = openMetrics ? OPEN_METRICS : PROMETHEUS;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    registry.scrape(text, contentType);
    context.contentType(contentType).result(text.toByteArray());
  }
}
