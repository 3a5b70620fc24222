package dev.imprint.web.api;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * An error as RFC 9457 writes it. The type is always {@code about:blank}: the status says which
 * kind of problem it is, and the detail what to do about this one.
 *
 * @param title the status in words
 */
public record Problem(String type, String title, int status, String detail) {
  static final String CONTENT_TYPE = "application/problem+json";

  private static final String SECONDS_BEFORE_A_RETRY = "1";

  public static Problem of(int status, String detail) {
    return new Problem("about:blank", HttpStatus.getMessage(status), status, detail);
  }

  HttpFields.Mutable fields() {
    HttpFields.Mutable fields = HttpFields.build().add(HttpHeader.CACHE_CONTROL, "no-store");
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      fields.add(HttpHeader.RETRY_AFTER, SECONDS_BEFORE_A_RETRY);
    }
    return fields;
  }
}
