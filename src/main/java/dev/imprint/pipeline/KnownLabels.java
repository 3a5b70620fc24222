package dev.imprint.pipeline;

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
 * What the buffer holds, by image id: what the topic {@code labels} says as far as it was read, and
 * over it what was written there since and is still on its way back. Used by its task's stream
 * thread alone.
 *
 * @param buffer the labels
 * @param awaited the last write of an image, until it comes back
 */
record KnownLabels(KeyValueStore<String, byte[]> buffer, KeyValueStore<String, byte[]> awaited) {

  /** What a write is. */
  enum LabelKind {
    /** What feedback has led to: older records do not matter beside it. */
    SAID,
    /** A tombstone that asks what else lies on the topic. */
    QUESTION,
    /** The label that stood when the question came back: it says nothing new. */
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
   * The topic says so.
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

  /** This was written last. */
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

  /** The images of which a write has not come back. */
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
