package dev.imprint.web;

import dev.imprint.observability.Health;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pages for probes and scrapers. */
public final class OperatorPages {
  private OperatorPages() {}

  /** The pages, by path. */
  public static Map<String, Page> of(PrometheusMeterRegistry registry, Health health) {
    Map<String, Page> pages = new LinkedHashMap<>();
    pages.put("/metrics", new MetricsPage(registry));
    pages.put("/health", new HealthPage(health, report -> true));
    pages.put("/health/live", new HealthPage(health, Health.Report::live));
    pages.put("/health/ready", new HealthPage(health, Health.Report::ready));
    return pages;
  }
}
