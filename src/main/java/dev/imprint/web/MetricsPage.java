package dev.imprint.web;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/**
 * Prometheus' text, or OpenMetrics if the client asks for it; compressed if the client accepts
 * that, because names and tags repeat and scrapers come over the network.
 */
record MetricsPage(PrometheusMeterRegistry registry) implements Page {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  @Override
  public PageResponse get(Request request) throws IOException {
    HttpFields asked = request.getHeaders();
    boolean openMetrics =
        asked.getQualityCSV(HttpHeader.ACCEPT).stream()
            .anyMatch(type -> type.startsWith("application/openmetrics-text"));
    boolean gzip = asked.getQualityCSV(HttpHeader.ACCEPT_ENCODING).contains("gzip");
    String type = openMetrics ? OPEN_METRICS : PROMETHEUS;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (OutputStream out = gzip ? new GZIPOutputStream(text) : text) {
      registry.scrape(out, type);
    }
    HttpFields.Mutable fields =
        HttpFields.build()
            .add(HttpHeader.CONTENT_TYPE, type)
            .add(HttpHeader.VARY, "Accept, Accept-Encoding");
    if (gzip) {
      fields.add(HttpHeader.CONTENT_ENCODING, "gzip");
    }
    return new PageResponse(HttpStatus.OK_200, fields, text.toByteArray());
  }
}
