package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.Label;
import java.io.IOException;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The label that a tombstone on the topic {@code labels} removes, stated in its header. A process
 * that removes an image from the buffer remotely cannot know what is being written at that moment:
 * if there is another label by then, the label processor writes that one again.
 */
public record LabelRemoval(String label, Instant labelledAt) {
  private static final String HEADER = "imprint.removes";

  /** The tombstone. */
  public ProducerRecord<byte[], byte[]> record(Topics topics, int partition, String imageId) {
    Headers headers = VersionHeader.alone().add(HEADER, Json.encode(this));
    return new ProducerRecord<>(topics.labels(), partition, imageId.getBytes(UTF_8), null, headers);
  }

  /** Null if the headers name none: then any label is meant. */
  public static @Nullable LabelRemoval of(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null) {
      return null;
    }
    try {
      return Json.decode(header.value(), LabelRemoval.class);
    } catch (IOException e) {
      return null; // written by someone else
    }
  }

  public boolean means(Label current) {
    return current.label().equals(label) && current.labelledAt().equals(labelledAt);
  }
}
