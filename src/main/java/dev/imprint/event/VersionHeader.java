package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.Release;
import org.apache.kafka.common.header.Headers;

/** Says in each record which release of Imprint has written it. */
public final class VersionHeader {
  public static final String NAME = "imprint.version";

  private VersionHeader() {}

  /** The header alone. */
  public static Headers alone() {
    return addTo(RecordParts.headers());
  }

  /** A copy of a user's headers, with ours in place of one that has its name. */
  public static Headers with(Headers headers) {
    return addTo(RecordParts.headers(headers).remove(NAME));
  }

  private static Headers addTo(Headers headers) {
    return headers.add(NAME, Release.VERSION.getBytes(UTF_8));
  }
}
