package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Feedback whose image has not arrived yet, found by image id and by deadline. One store holds
 * both: keys of the first kind map to the feedback, keys of the second kind to the image id, so
 * that neither lookup needs a full scan, or memory for it. Used only by its task's stream thread.
 */
record WaitingFeedback(KeyValueStore<byte[], byte[]> store) {
  private static final byte BY_IMAGE = 0;
  private static final byte BY_DEADLINE = 1;

  /** Deadline, partition and offset: unique, and in order of arrival for one image. */
  private static final int PLACE_BYTES = 2 * Long.BYTES + Integer.BYTES;

  /** Waiting feedback and its place. */
  record WaitingEntry(String imageId, byte[] place, ArrivedFeedback feedback) {
    /** In order of arrival. */
    long deadline() {
      return ByteBuffer.wrap(place).getLong();
    }
  }

  static StoreBuilder<KeyValueStore<byte[], byte[]>> builder(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray());
  }

  /**
   * @param deadline is moved a few milliseconds after those that wait for the same image: several
   *     may arrive within one, a clock may go back, and the setting may be shortened
   */
  void add(ArrivedFeedback feedback, long deadline) {
    String id = feedback.feedback().imageId();
    byte[] place =
        ByteBuffer.allocate(PLACE_BYTES)
            .putLong(Math.max(deadline, lastDeadline(id) + 1))
            .putInt(feedback.origin().partition())
            .putLong(feedback.origin().offset())
            .array();
    // In this order, and removed in the opposite one: if a crash under at-least-once delivery loses
    // one of the two, what remains is a deadline without feedback, which is harmless.
    store.put(key(new byte[] {BY_DEADLINE}, place), id.getBytes(UTF_8));
    store.put(key(imagePrefix(id), place), feedback.encode());
  }

  /** The last deadline for this image; -1 if nothing waits for it. */
  private long lastDeadline(String imageId) {
    byte[] prefix = imagePrefix(imageId);
    byte[] end = new byte[PLACE_BYTES];
    Arrays.fill(end, (byte) 0xFF);
    try (KeyValueIterator<byte[], byte[]> lastFirst =
        store.reverseRange(prefix, key(prefix, end))) {
      return lastFirst.hasNext()
          ? ByteBuffer.wrap(lastFirst.next().key, prefix.length, Long.BYTES).getLong()
          : -1;
    }
  }

  void remove(WaitingEntry entry) {
    store.delete(key(imagePrefix(entry.imageId()), entry.place()));
    store.delete(key(new byte[] {BY_DEADLINE}, entry.place()));
  }

  /** Keeps its place. */
  void replace(WaitingEntry entry, ArrivedFeedback feedback) {
    store.put(key(imagePrefix(entry.imageId()), entry.place()), feedback.encode());
  }

  boolean isEmpty() {
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      return !all.hasNext();
    }
  }

  /** Everything that waits for this image, in order of arrival. */
  List<WaitingEntry> of(String imageId) {
    byte[] prefix = imagePrefix(imageId);
    List<WaitingEntry> entries = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> found =
        store.prefixScan(prefix, new ByteArraySerializer())) {
      found.forEachRemaining(
          f ->
              entries.add(
                  new WaitingEntry(
                      imageId, tail(f.key, prefix.length), ArrivedFeedback.decode(f.value))));
    }
    return entries;
  }

  /**
   * @param most maximum number to return
   */
  List<WaitingEntry> expired(long now, int most) {
    List<WaitingEntry> entries = new ArrayList<>();
    byte[] from = {BY_DEADLINE};
    byte[] to = ByteBuffer.allocate(1 + Long.BYTES).put(BY_DEADLINE).putLong(now + 1).array();
    try (KeyValueIterator<byte[], byte[]> found = store.range(from, to)) {
      while (found.hasNext() && entries.size() < most) {
        var next = found.next();
        String id = new String(next.value, UTF_8);
        byte[] place = tail(next.key, 1);
        byte[] feedback = store.get(key(imagePrefix(id), place));
        if (feedback == null) {
          store.delete(next.key);
        } else {
          entries.add(new WaitingEntry(id, place, ArrivedFeedback.decode(feedback)));
        }
      }
    }
    return entries;
  }

  /** Starts with the id's length, so that no key is a prefix of another id's. */
  private static byte[] imagePrefix(String imageId) {
    byte[] id = imageId.getBytes(UTF_8);
    return ByteBuffer.allocate(1 + Integer.BYTES + id.length)
        .put(BY_IMAGE)
        .putInt(id.length)
        .put(id)
        .array();
  }

  private static byte[] key(byte[] prefix, byte[] place) {
    return ByteBuffer.allocate(prefix.length + place.length).put(prefix).put(place).array();
  }

  private static byte[] tail(byte[] key, int from) {
    return Arrays.copyOfRange(key, from, key.length);
  }
}
