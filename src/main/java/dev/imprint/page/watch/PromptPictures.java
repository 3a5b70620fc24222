package dev.imprint.page.watch;

import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.pipeline.learning.PictureReader;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures for people, one at a time. Once Kafka has not answered in time, the next ones fail
 * at once for a while: otherwise, the pictures of a screen, each of which waits for seconds, would
 * wait for each other. Thread-safe.
 */
public final class PromptPictures implements PictureReader {
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private final PictureReader pictures;
  private final LongSupplier nanoTime;
  private @Nullable IllegalStateException failure; // guarded by this
  private long failedAt; // guarded by this

  /**
   * @param pictures closed by the caller
   * @param nanoTime such as {@link System#nanoTime}
   */
  public PromptPictures(PictureReader pictures, LongSupplier nanoTime) {
    this.pictures = pictures;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized @Nullable IncomingImage read(Claim claim) {
    IllegalStateException last = failure;
    if (last != null && nanoTime.getAsLong() - failedAt < PAUSE.toNanos()) {
      throw new IllegalStateException("Kafka does not answer; it is asked again in a moment", last);
    }
    failure = null;
    try {
      return pictures.read(claim);
    } catch (IllegalStateException e) {
      failure = e;
      failedAt = nanoTime.getAsLong();
      throw e;
    }
  }
}
