package dev.imprint.pipeline;

import dev.imprint.event.PredictionCodec;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers predictions for the label window, by image id and by when they arrived here: an image's
 * own time may lie anywhere. Used by its task's stream thread alone.
 *
 * @param window how long
 */
record RecentPredictions(WindowStore<String, byte[]> store, Duration window) {
  static StoreBuilder<WindowStore<String, byte[]>> builder(String name, Duration window) {
    return Stores.windowStoreBuilder(
        Stores.persistentWindowStore(name, window, Duration.ofMillis(1), false),
        Serdes.String(),
        Serdes.ByteArray());
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
    long at = now;
    byte[] there = store.fetch(prediction.imageId(), at);
    while (there != null && !decode(there).claim().equals(prediction.claim())) {
      there = store.fetch(prediction.imageId(), ++at); // an id used twice in one millisecond
    }
    store.put(prediction.imageId(), encode(prediction), at);
  }

  /**
   * @param claim tells images of one id apart; null for the newest
   */
  @Nullable Prediction find(String imageId, @Nullable Claim claim, long now) {
    try (WindowStoreIterator<byte[]> newestFirst =
        store.backwardFetch(imageId, Math.max(0, now - window.toMillis()), Long.MAX_VALUE)) {
      while (newestFirst.hasNext()) {
        Prediction prediction = decode(newestFirst.next().value);
        if (claim == null || claim.equals(prediction.claim())) {
          return prediction;
        }
      }
      return null;
    }
  }
}
