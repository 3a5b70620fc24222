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

  /**
   * A write that has not come back.
   *
   * @param name see {@link LabelWrite}
   * @param question whether it only asks what else lies on the topic, and is no answer itself
   */
  record Awaited(String name, boolean question) {}

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

  /**
   * This was written; what lies before it on the topic no longer matters.
   *
   * @param label null for a tombstone
   */
  void wrote(String imageId, @Nullable Label label, String name) {
    set(imageId, label);
    awaited.put(imageId, Json.encode(new Awaited(name, false)));
  }

  /** A question was written. */
  void asked(String imageId, String name) {
    awaited.put(imageId, Json.encode(new Awaited(name, true)));
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
