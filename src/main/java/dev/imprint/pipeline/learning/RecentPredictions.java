package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.PredictionCodec;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Remembers predictions for the label window, by image id and arrival time: an image's own
 * timestamp may be far off. Used only by its task's stream thread.
 *
 * <p>Keys and changelog have the format of a window store, which earlier releases used, so their
 * predictions are found, too. It is a plain store, since Kafka Streams discards all state of a task
 * at a restart if one of its window stores has no segment yet. Hence expired entries are deleted
 * here: every few predictions, the next stretch of the store is scanned, faster than the store
 * grows; the position is kept in the store.
 */
final class RecentPredictions {
  /** A key consists of the id, the time, and a number within that millisecond. */
  private static final int PLACE_BYTES = Long.BYTES + Integer.BYTES;

  /** Key of the position to continue from. Sorts last: no UTF-8 id begins with this byte. */
  private static final byte[] CURSOR = {(byte) 0xFF};

  private static final int ADDED_BETWEEN_SWEEPS = 64;

  /** With four scanned per entry added, expired entries never add more than a third. */
  private static final int SWEPT_AT_ONCE = 4 * ADDED_BETWEEN_SWEEPS;

  private final KeyValueStore<byte[], byte[]> store;
  private final Duration window;
  private int added;

  /**
   * @param window how long predictions are remembered
   */
  RecentPredictions(KeyValueStore<byte[], byte[]> store, Duration window) {
    this.store = store;
    this.window = window;
  }

  static StoreBuilder<KeyValueStore<byte[], byte[]>> builder(String name, Duration window) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
        .withLoggingEnabled(
            Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(window.plusDays(1).toMillis()),
                // A camera's wrong clock must not make the broker delete records too early.
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime"));
  }

  /** About 150 bytes: keeps only what feedback needs, without the best labels. */
  static byte[] encode(Prediction p) {
    return PredictionCodec.AVRO.encode(p.small());
  }

  static Prediction decode(byte[] bytes) {
    try {
      return PredictionCodec.decode(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // written by encode
    }
  }

  /**
   * @param now time of arrival
   */
  void add(Prediction prediction, long now) {
    if (prediction.ask() && entry(prediction.imageId(), prediction.claim(), now) != null) {
      return; // read again after a crash: it may have been answered
    }
    int number = 0;
    byte[] there = store.get(key(prediction.imageId(), now, number));
    while (there != null && !decode(there).claim().equals(prediction.claim())) {
      there = store.get(key(prediction.imageId(), now, ++number)); // the id was used twice at once
    }
    store.put(key(prediction.imageId(), now, number), encode(prediction));
    if (++added == ADDED_BETWEEN_SWEEPS) {
      added = 0;
      sweep(now - window.toMillis());
    }
  }

  /**
   * @param claim distinguishes images with the same id; null for the newest
   */
  @Nullable Prediction find(String imageId, @Nullable Claim claim, long now) {
    KeyValue<byte[], Prediction> entry = entry(imageId, claim, now);
    return entry == null ? null : entry.value;
  }

  /** The service has asked for this picture, and this is the answer; it counts once. */
  void answered(Prediction prediction, long now) {
    KeyValue<byte[], Prediction> entry = entry(prediction.imageId(), prediction.claim(), now);
    if (entry != null) {
      store.put(entry.key, encode(entry.value.answered()));
    }
  }

  private @Nullable KeyValue<byte[], Prediction> entry(
      String imageId, @Nullable Claim claim, long now) {
    byte[] from = key(imageId, Math.max(0, now - window.toMillis()), 0);
    // Another instance's clock may have been ahead. Without a close bound, the range would include
    // the keys of all ids that begin with this one.
    byte[] to = key(imageId, now + window.toMillis(), Integer.MAX_VALUE);
    try (KeyValueIterator<byte[], byte[]> newestFirst = store.reverseRange(from, to)) {
      while (newestFirst.hasNext()) {
        KeyValue<byte[], byte[]> entry = newestFirst.next();
        if (entry.key.length == from.length) { // otherwise an id that begins with this one
          Prediction prediction = decode(entry.value);
          if (claim == null || claim.equals(prediction.claim())) {
            return KeyValue.pair(entry.key, prediction);
          }
        }
      }
      return null;
    }
  }

  private void sweep(long expired) {
    byte @Nullable [] next = null;
    List<byte[]> toDelete = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> entries = store.range(store.get(CURSOR), CURSOR)) {
      for (int looked = 0; entries.hasNext(); looked++) {
        byte[] key = entries.next().key;
        if (key.length == CURSOR.length) {
          break; // the next sweep starts over
        }
        if (looked == SWEPT_AT_ONCE) {
          next = key;
          break;
        }
        if (time(key) < expired) {
          toDelete.add(key);
        }
      }
    }
    toDelete.forEach(store::delete);
    store.put(CURSOR, next);
  }

  static byte[] key(String imageId, long at, int number) {
    byte[] id = imageId.getBytes(UTF_8);
    return ByteBuffer.allocate(id.length + PLACE_BYTES).put(id).putLong(at).putInt(number).array();
  }

  private static long time(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - PLACE_BYTES);
  }
}
