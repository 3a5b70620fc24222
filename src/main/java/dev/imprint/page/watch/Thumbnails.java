package dev.imprint.page.watch;

import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.page.feed.Turns;
import dev.imprint.pipeline.learning.PictureReader;
import dev.imprint.web.api.ProblemException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Small copies of the pictures on the topic {@code images}, each made once however many browsers
 * ask, and the newest kept. They are made one at a time, as browsers that open ask for hundreds at
 * once. Thread-safe.
 */
public final class Thumbnails {
  private static final int MOST_BYTES = 16 << 20;

  /** Other calls wait for the threads of those that wait for a picture. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final PictureReader pictures;
  private final Supplier<@Nullable ImageDecoder> decoder;
  private final int longestSide;
  private final Turns turns = new Turns();
  private final Map<Claim, CompletableFuture<byte[]>> making = new ConcurrentHashMap<>();
  private final Map<Claim, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true); // guarded by this
  private int bytes; // of those kept; guarded by this

  /**
   * @param pictures closed by the caller
   * @param decoder null while the service is starting
   * @param longestSide of the copies, in pixels
   */
  public Thumbnails(
      PictureReader pictures, Supplier<@Nullable ImageDecoder> decoder, int longestSide) {
    this.pictures = pictures;
    this.decoder = decoder;
    this.longestSide = longestSide;
  }

  /**
   * A JPEG.
   *
   * @throws ProblemException if the picture is gone, or cannot be had at the moment
   */
  public byte[] of(Claim claim) throws ProblemException {
    byte[] known = known(claim);
    if (known != null) {
      return known;
    }
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> others = making.putIfAbsent(claim, mine);
    if (others != null) {
      return await(others);
    }
    try {
      byte[] made =
          turns.take(
              PATIENCE, "too many pictures at once: try again in a second", () -> make(claim));
      keep(claim, made);
      mine.complete(made);
      return made;
    } catch (ProblemException | RuntimeException e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      // Whatever went wrong: the others wait without a limit.
      mine.completeExceptionally(new IllegalStateException("the picture could not be made"));
      making.remove(claim);
    }
  }

  private static byte[] await(CompletableFuture<byte[]> others) throws ProblemException {
    try {
      return others.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ProblemException cause
          ? cause
          : ProblemException.unavailable("the picture cannot be shown: " + e.getCause());
    }
  }

  private byte[] make(Claim claim) throws ProblemException {
    ImageDecoder open = decoder.get();
    if (open == null) {
      throw ProblemException.unavailable("the service is starting: try again in a moment");
    }
    IncomingImage image;
    try {
      image = pictures.read(claim);
    } catch (IllegalStateException e) { // Kafka does not answer
      throw ProblemException.unavailable(String.valueOf(e.getMessage()));
    }
    if (image == null) {
      throw ProblemException.notFound("the picture is no longer on the topic " + claim.topic());
    }
    try {
      return open.thumbnail(image.picture(), longestSide);
    } catch (RejectedException e) {
      throw ProblemException.notFound("the picture cannot be decoded: " + e.getMessage());
    }
  }

  private synchronized byte @Nullable [] known(Claim claim) {
    return kept.get(claim);
  }

  private synchronized void keep(Claim claim, byte[] made) {
    byte[] before = kept.put(claim, made);
    bytes += made.length - (before == null ? 0 : before.length);
    var oldest = kept.values().iterator();
    while (bytes > MOST_BYTES && oldest.hasNext()) {
      bytes -= oldest.next().length;
      oldest.remove();
    }
  }
}
