package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.VersionHeader;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Names each record that the label processor writes on the topic {@code labels}, in a header, so
 * that it knows it when it comes back.
 */
final class LabelWrite {
  private static final String HEADER = "imprint.write";

  private LabelWrite() {}

  /** Headers with a name that no other record has. */
  static Headers headers() {
    return VersionHeader.alone().add(HEADER, Uuid.randomUuid().toString().getBytes(UTF_8));
  }

  /** Null for what another service wrote, or an older release. */
  static @Nullable String nameOf(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }
}
