package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.Release;
import org.apache.kafka.common.header.Headers;

/** The header that names the release of Imprint that wrote a record. */
public final class VersionHeader {
  public static final String NAME = "imprint.version";

  private VersionHeader() {}

  /** Only this header. */
  public static Headers alone() {
    return addTo(RecordParts.headers());
  }

  /** A copy of a user's headers, with ours replacing any of the same name. */
  public static Headers with(Headers headers) {
    return addTo(RecordParts.headers(headers).remove(NAME));
  }

  private static Headers addTo(Headers headers) {
    return headers.add(NAME, Release.VERSION.getBytes(UTF_8));
  }
}
