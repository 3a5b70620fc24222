package dev.imprint.training;

import java.time.Duration;

/**
 * What the buffer counts. Calls come from the buffer's thread, the last one from whoever closes it,
 * and must neither block nor throw. After a start from the beginning everything is counted again.
 */
public interface BufferMetrics {
  /** Why a record of the buffer teaches nothing; doubles as a meter's tag. */
  enum LeftOut {
    /** A label that cannot be read. */
    BAD_LABEL,
    /** A picture that cannot be decoded, or has no finite embedding. */
    BAD_PICTURE
  }

  /** A batch of this many pictures was read back, decoded and embedded. */
  void embedded(int pictures, Duration time);

  /** So many embeddings came from the disk, which saved computing them. */
  void cacheHits(int pictures);

  /** A record was left out; alert on any, since the pipeline writes none such. */
  void leftOut(LeftOut reason);

  /** What can be learned from is this from now on; empty when the buffer has closed. */
  void holds(BufferSnapshot snapshot);

  /** So many pictures are still to be embedded. */
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
