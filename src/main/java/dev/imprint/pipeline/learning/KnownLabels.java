package dev.imprint.pipeline.learning;

import dev.imprint.event.Json;
import dev.imprint.model.Label;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The buffer's labels by image id: the topic {@code labels} as far as it was read, overlaid with
 * our own writes that have not come back yet. Used only by its task's stream thread.
 *
 * @param buffer the labels
 * @param awaited the last write for an image, until it comes back
 */
record KnownLabels(KeyValueStore<String, byte[]> buffer, KeyValueStore<String, byte[]> awaited) {

  /** The kind of a write. */
  enum LabelKind {
    /** The effect of feedback: it overrides older records. */
    SAID,
    /** A tombstone that asks which other records are on the topic. */
    QUESTION,
    /** The label that was current when the question came back: it adds no information. */
    ANSWER
  }

  /**
   * A write that has not come back.
   *
   * @param name see {@link LabelWrite}
   */
  record Awaited(String name, LabelKind kind) {}

  @Nullable Label get(String imageId) {
    byte[] label = buffer.get(imageId);
    return label == null ? null : decode(label, Label.class);
  }

  /**
   * Sets the label as read from the topic.
   *
   * @param label null for none
   */
  void set(String imageId, @Nullable Label label) {
    if (label == null) {
      buffer.delete(imageId);
    } else {
      buffer.put(imageId, Json.encode(label));
    }
  }

  /** Records the last write. */
  void wrote(String imageId, String name, LabelKind kind) {
    awaited.put(imageId, Json.encode(new Awaited(name, kind)));
  }

  @Nullable Awaited awaited(String imageId) {
    byte[] write = awaited.get(imageId);
    return write == null ? null : decode(write, Awaited.class);
  }

  void cameBack(String imageId) {
    awaited.delete(imageId);
  }

  /** The images with a write that has not come back. */
  List<String> awaiting() {
    List<String> ids = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = awaited.all()) {
      all.forEachRemaining(each -> ids.add(each.key));
    }
    return ids;
  }

  private static <T> T decode(byte[] bytes, Class<T> type) {
    try {
      return Json.decode(bytes, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // written here
    }
  }
}
