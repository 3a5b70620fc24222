package dev.imprint.pipeline.learning;

/**
 * How far a service has processed its images, expressed as a time: feedback whose image is in a
 * backlog must wait for it, however long that takes.
 */
@FunctionalInterface
public interface ImagesProgress {
  /**
   * All images that had arrived by this time have been read, and their predictions have met the
   * waiting feedback; {@link Long#MIN_VALUE} while that is unknown. Must not block: stream threads
   * call it about once a second while feedback waits.
   *
   * @return milliseconds since the epoch
   */
  long readUntil();
}
