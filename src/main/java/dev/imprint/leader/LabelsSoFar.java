package dev.imprint.leader;

import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.pipeline.learning.FeedbackBacklog;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Waits for the labels that were sent before a training, so that it learns from them. Does not own
 * the buffer.
 */
record LabelsSoFar(FeedbackBacklog feedback, Buffer buffer) {
  /** Enough for images that were sent with their labels, but not for a long backlog. */
  private static final Duration IMAGES = Duration.ofSeconds(30);

  /** After that, the existing labels have to do. */
  private static final Duration FEEDBACK = Duration.ofMinutes(2);

  /** To embed a batch of pictures; thousands may have to be embedded first. */
  private static final Duration CATCH_UP = Duration.ofMinutes(30);

  /**
   * The buffer with all of them, or with those that could be processed in time.
   *
   * @param progress receives sentences
   * @throws IOException if the buffer does not catch up
   */
  BufferSnapshot await(Consumer<String> progress) throws IOException, InterruptedException {
    progress.accept("processing the feedback received so far");
    if (!feedback.awaitImages(IMAGES)) {
      progress.accept(
          "some images have not been classified yet; continuing without labels that wait for them");
    }
    if (!feedback.await(FEEDBACK)) {
      progress.accept("some feedback has not been processed yet; continuing without it");
    }
    progress.accept("reading and embedding new pictures");
    if (!buffer.awaitCaughtUp(
        CATCH_UP, left -> progress.accept(EmbeddingProgress.pictures(left)))) {
      throw new IOException("the buffer is not up to date: " + buffer.check().cause());
    }
    return buffer.snapshot();
  }
}
