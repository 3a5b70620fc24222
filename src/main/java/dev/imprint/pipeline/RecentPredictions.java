package dev.imprint.pipeline;

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
 * Remembers predictions for the label window, by image id and by when they arrived here: an image's
 * own time may lie anywhere. Used by its task's stream thread alone.
 *
 * <p>Keys and changelog are those of a window store, which earlier releases had, so their
 * predictions are found, too. It is a plain store, since Kafka Streams throws all state of a task
 * away at a restart if one of its window stores has no segment yet. Hence what has expired is
 * deleted here: every few predictions a stretch of the store is looked through, faster than it
 * grows, and the store remembers how far that has come.
 */
final class RecentPredictions {
  /** A key is the id, then when, then which of that millisecond. */
  private static final int PLACE_BYTES = Long.BYTES + Integer.BYTES;

  /** Leads to the key to go on at. The last key of all: no id in UTF-8 begins so. */
  private static final byte[] CURSOR = {(byte) 0xFF};

  private static final int ADDED_BETWEEN_SWEEPS = 64;

  /** With four for each that is added, what has expired never takes more than a third on top. */
  private static final int SWEPT_AT_ONCE = 4 * ADDED_BETWEEN_SWEEPS;

  private final KeyValueStore<byte[], byte[]> store;
  private final Duration window;
  private int added;

  /**
   * @param window how long
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
                // A camera's clock that is wrong must not make the broker forget too early.
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime"));
  }

  /** About 150 bytes: the best labels are left out, what feedback needs is kept. */
  static byte[] encode(Prediction p) {
    Prediction small =
        new Prediction(
            p.imageId(),
            p.label(),
            p.confidence(),
            List.of(),
            p.modelVersion(),
            p.role(),
            p.claim(),
            p.group(),
            p.receivedAt(),
            p.predictedAt());
    return PredictionCodec.INTERNAL.encode(small);
  }

  static Prediction decode(byte[] bytes) {
    try {
      return PredictionCodec.decode(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // written by encode
    }
  }

  /**
   * @param now when it arrives
   */
  void add(Prediction prediction, long now) {
    int number = 0;
    byte[] there = store.get(key(prediction.imageId(), now, number));
    while (there != null && !decode(there).claim().equals(prediction.claim())) {
      there = store.get(key(prediction.imageId(), now, ++number)); // an id used twice at once
    }
    store.put(key(prediction.imageId(), now, number), encode(prediction));
    if (++added == ADDED_BETWEEN_SWEEPS) {
      added = 0;
      sweep(now - window.toMillis());
    }
  }

  /**
   * @param claim tells images of one id apart; null for the newest
   */
  @Nullable Prediction find(String imageId, @Nullable Claim claim, long now) {
    byte[] from = key(imageId, Math.max(0, now - window.toMillis()), 0);
    // Another instance's clock may have been ahead. Without a bound that is near, the keys of all
    // ids that begin with this one would be in between.
    byte[] to = key(imageId, now + window.toMillis(), Integer.MAX_VALUE);
    try (KeyValueIterator<byte[], byte[]> newestFirst = store.reverseRange(from, to)) {
      while (newestFirst.hasNext()) {
        KeyValue<byte[], byte[]> entry = newestFirst.next();
        if (entry.key.length == from.length) { // else of an id that begins with this one
          Prediction prediction = decode(entry.value);
          if (claim == null || claim.equals(prediction.claim())) {
            return prediction;
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
          break; // begins anew at the next
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
