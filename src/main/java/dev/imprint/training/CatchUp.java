package dev.imprint.training;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who waits until what is on the topics now is followed and embedded. Any thread waits for
 * {@link #done}; all else is the buffer's thread's.
 */
final class CatchUp {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);

  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private @Nullable Map<TopicPartition, Long> ends;

  /** True once it is reached, false if it never will be. */
  CompletableFuture<Boolean> done() {
    return done;
  }

  void ends(Map<TopicPartition, Long> known) {
    ends = known;
  }

  /** The topics are read from the beginning again, and may have been made anew. */
  void startAnew() {
    ends = null;
  }

  boolean reached(BufferFollower follower, BufferIndex index) {
    Map<TopicPartition, Long> until = ends;
    if (until == null) {
      try {
        until = follower.ends();
      } catch (TimeoutException e) {
        LOG.debug("Kafka does not say where the topics end; asked again", e);
        return false;
      }
      ends = until;
    }
    return follower.passed(until) && !index.pendingBefore(follower.ofPictures(until));
  }
}
