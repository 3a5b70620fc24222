package dev.imprint.pipeline;

/**
 * How far a service has come with its images, told as a time: feedback whose image lies in a
 * backlog must wait for it, however long that takes.
 */
@FunctionalInterface
interface ImagesProgress {
  /**
   * All images that had arrived by then have been read, and their predictions have met the feedback
   * that waits; {@link Long#MIN_VALUE} while that is not known. Must not block: stream threads ask
   * about once a second, as long as feedback waits.
   *
   * @return milliseconds since the epoch
   */
  long readUntil();
}
