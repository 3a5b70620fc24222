package dev.imprint.buffer;

import java.time.Duration;

/**
 * The buffer's metrics. They are called by the buffer's thread, the last one by the thread that
 * closes it, and must neither block nor throw. When the buffer starts over from the beginning,
 * everything is counted again.
 */
public interface BufferMetrics {
  /** Why a record of the buffer is not learned from; doubles as a meter's tag. */
  enum LeftOut {
    /** A label that cannot be read. */
    BAD_LABEL,
    /** A picture that cannot be decoded, or has no finite embedding. */
    BAD_PICTURE
  }

  /** A batch of this many pictures was read back, decoded and embedded. */
  void embedded(int pictures, Duration time);

  /** This many embeddings came from the disk, which saved computing them. */
  void cacheHits(int pictures);

  /** A record was left out; alert on any, since the pipeline writes no such records. */
  void leftOut(LeftOut reason);

  /** These are the examples to learn from; empty once the buffer has closed. */
  void holds(BufferSnapshot snapshot);

  /** This many pictures are still to be embedded. */
  void waiting(int pictures);

  BufferMetrics NOOP =
      new BufferMetrics() {
        @Override
        public void embedded(int pictures, Duration time) {}

        @Override
        public void cacheHits(int pictures) {}

        @Override
        public void leftOut(LeftOut reason) {}

        @Override
        public void holds(BufferSnapshot snapshot) {}

        @Override
        public void waiting(int pictures) {}
      };
}
