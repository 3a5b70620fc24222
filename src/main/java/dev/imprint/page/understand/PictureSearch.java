package dev.imprint.page.understand;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.buffer.Position;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.RecordReader;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.RejectedException;
import dev.imprint.page.watch.PictureRoute;
import dev.imprint.page.watch.StoredOrCopied;
import dev.imprint.web.api.ProblemException;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Finds a picture by its place, or by its id among the newest predictions, labels and dead letters.
 */
record PictureSearch(
    RecordReader images, BoundedRead reading, StoredOrCopied pictures, Topics topics) {
  static final String COPY = "example";

  /**
   * A record on the topic of images.
   *
   * @param claim null if it holds no picture
   */
  private record Stored(Instant at, @Nullable Claim claim, @Nullable String group) {}

  /**
   * @param at its place on the topic of images; null if that is not known
   * @throws ProblemException if it is not found
   */
  FoundPicture find(String imageId, @Nullable Position at) throws ProblemException {
    Stored stored = at == null ? null : stored(imageId, at);
    PictureTraces traces =
        PictureTraces.read(imageId, at, stored == null ? null : stored.at(), reading, topics);
    if (stored == null && at == null) {
      Position place = traces.place();
      if (place == null) {
        throw notFound(imageId, traces.limits());
      }
      stored = stored(imageId, place);
    } else if (stored == null && traces.place() == null) {
      throw notFound(imageId, traces.limits());
    }
    return found(imageId, stored, traces);
  }

  private FoundPicture found(String imageId, @Nullable Stored stored, PictureTraces traces) {
    Claim claim = stored == null || stored.claim() == null ? traces.claim() : stored.claim();
    Claim copy = stored != null || claim == null ? null : pictures.copy(claim.sha256());
    String picture =
        copy != null
            ? PictureRoute.path(COPY, copy)
            : stored == null || claim == null ? null : PictureRoute.path("picture", claim);
    List<Prediction> predictions = traces.predictions();
    boolean isPredicted = !predictions.isEmpty();
    return new FoundPicture(
        imageId,
        claim,
        stored != null ? stored.at() : isPredicted ? predictions.get(0).receivedAt() : null,
        stored != null ? stored.group() : isPredicted ? predictions.get(0).group() : null,
        stored != null,
        picture,
        predictions,
        traces.deadLetter(),
        traces.limits());
  }

  private ProblemException notFound(String imageId, List<String> limits) {
    return ProblemException.notFound(
        ("no prediction, label or dead letter of '%s' was found. %s Links from the Watch view"
                + " also contain the picture's position, and so find older ones.")
            .formatted(imageId, String.join(" ", limits)));
  }

  /** Null if the record is gone. */
  private @Nullable Stored stored(String imageId, Position at) throws ProblemException {
    ConsumerRecord<byte[], byte[]> record;
    try {
      record = images.read(at.partition(), at.offset());
    } catch (IllegalStateException e) {
      throw ProblemException.unavailable(String.valueOf(e.getMessage()));
    }
    if (record == null) {
      return null;
    }
    Instant received = Instant.ofEpochMilli(Math.max(0, record.timestamp()));
    String id = record.key() == null ? null : new String(record.key(), UTF_8);
    try {
      IncomingImage image = IncomingImage.of(record);
      requireId(imageId, image.id(), at);
      Claim claim =
          new Claim(topics.images(), at.partition(), at.offset(), Sha256.hex(image.picture()));
      return new Stored(received, claim, image.group());
    } catch (RejectedException e) { // a dead letter says why
      requireId(imageId, id == null ? imageId : id, at);
      return new Stored(received, null, null);
    }
  }

  private void requireId(String wanted, String found, Position at) throws ProblemException {
    if (!wanted.equals(found)) {
      throw ProblemException.notFound(
          "the record %s-%d@%d is of the image '%s', not of '%s'"
              .formatted(topics.images(), at.partition(), at.offset(), found, wanted));
    }
  }
}
