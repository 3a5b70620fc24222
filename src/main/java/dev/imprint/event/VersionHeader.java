package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.Release;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Says in each record which release of Imprint has written it. */
public final class VersionHeader {
  public static final String NAME = "imprint.version";

  private static final Header HEADER = new RecordHeader(NAME, Release.VERSION.getBytes(UTF_8));

  private VersionHeader() {}

  /** The header alone. */
  public static Headers alone() {
    return new RecordHeaders().add(HEADER);
  }

  /** A copy of a user's headers, with ours in place of one that has its name. */
  public static Headers with(Headers headers) {
    return new RecordHeaders(headers).remove(NAME).add(HEADER);
  }
}
