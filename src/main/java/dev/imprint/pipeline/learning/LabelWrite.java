package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.VersionHeader;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Gives each record that the label processor writes to the topic {@code labels} a name, in a
 * header, so that it is recognized when it comes back.
 */
final class LabelWrite {
  private static final String HEADER = "imprint.write";

  private LabelWrite() {}

  /** Headers with a unique name. */
  static Headers headers() {
    return VersionHeader.alone().add(HEADER, Uuid.randomUuid().toString().getBytes(UTF_8));
  }

  /** Null for records written by another service, or by an older release. */
  static @Nullable String nameOf(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }
}
