package dev.imprint.buffer;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wait until everything now on the topics has been read and embedded. Any thread may call {@link
 * #await}; everything else is for the buffer's thread.
 */
final class CatchUp {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);

  /** Interval between progress reports. */
  static final Duration PROGRESS = Duration.ofSeconds(5);

  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private final LongSupplier nanoTime;
  private @Nullable Map<TopicPartition, Long> ends;

  /**
   * @param nanoTime such as {@link System#nanoTime}
   */
  CatchUp(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** True once it is reached, false if it never will be. */
  CompletableFuture<Boolean> done() {
    return done;
  }

  /**
   * Waits as long as the number of waiting pictures decreases within {@code patience}: compared
   * with the last check, since the number first grows while the topics are being read.
   */
  boolean await(Duration patience, IntSupplier pictures, IntConsumer progress)
      throws InterruptedException {
    int before = Integer.MAX_VALUE;
    long since = nanoTime.getAsLong();
    while (nanoTime.getAsLong() - since < patience.toNanos()) {
      try {
        long wait = Math.min(patience.toNanos(), PROGRESS.toNanos());
        return done.get(wait, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        int now = pictures.getAsInt();
        if (now < before) {
          since = nanoTime.getAsLong();
        }
        before = now;
        progress.accept(now);
      } catch (ExecutionException e) {
        throw new IllegalStateException("never completed this way", e);
      }
    }
    return false;
  }

  void ends(Map<TopicPartition, Long> known) {
    ends = known;
  }

  /** The topics are read from the beginning again, and may have been recreated. */
  void startAnew() {
    ends = null;
  }

  boolean reached(BufferFollower follower, BufferIndex index) {
    Map<TopicPartition, Long> until = ends;
    if (until == null) {
      try {
        until = follower.ends();
      } catch (org.apache.kafka.common.errors.TimeoutException e) {
        LOG.debug("Kafka did not return the end offsets of the topics; asking again", e);
        return false;
      }
      ends = until;
    }
    return follower.passed(until) && !index.pendingBefore(follower.ofPictures(until));
  }
}
