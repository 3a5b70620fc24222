package dev.imprint.page.watch;

import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.page.feed.Turns;
import dev.imprint.pipeline.learning.PictureReader;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.ProblemException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Small copies of the pictures on the topic {@code images}, of which the newest are kept. They are
 * made one at a time, as browsers that open ask for hundreds at once, and each once however many of
 * them ask. Thread-safe; the creator must close it.
 */
public final class Thumbnails implements AutoCloseable {
  private static final int MOST_BYTES = 16 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final PictureReader pictures;
  private final Supplier<@Nullable ImageDecoder> decoder;
  private final int longestSide;
  private final Turns turns =
      new Turns("imprint-thumbnails", PATIENCE, "too many pictures at once: try again in a second");
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

  /** Answers with a JPEG, at once if it is kept; or that the picture is gone, or cannot be had. */
  Answer of(Claim claim) {
    byte[] known = known(claim);
    return known == null ? turns.take(() -> jpeg(made(claim))) : jpeg(known);
  }

  private static Answer jpeg(byte[] picture) {
    return new Answer.Bytes("image/jpeg", picture);
  }

  /** Used in turn. */
  private byte[] made(Claim claim) throws ProblemException {
    byte[] known = known(claim); // made for somebody before
    if (known != null) {
      return known;
    }
    byte[] made = make(claim);
    keep(claim, made);
    return made;
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

  @Override
  public void close() {
    turns.close();
  }
}
