package dev.imprint.pipeline.learning;

import static java.time.temporal.ChronoUnit.MILLIS;

import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.pipeline.part.Output;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records to write to add an image to the buffer, to change its label, or to remove it. Changes
 * nothing itself. Thread-safe.
 */
record BufferEffects(LearningRecords records, PictureReader pictures, Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(BufferEffects.class);

  /** Writes the current state of an image again. */
  Effect again(String imageId, @Nullable Label inBuffer) {
    if (inBuffer == null) {
      return dropped(imageId);
    }
    Effect label = rewritten(inBuffer);
    try {
      IncomingImage image = image(imageId, inBuffer.claim());
      Record<byte[], byte[]> picture = image == null ? null : kept(imageId, image.picture(), true);
      return picture == null || label.put() == null
          ? label
          : label.after(new Output(picture, LearningTopology.PICTURES));
    } catch (RejectedException e) {
      return label; // its picture was another image's, as reported when it first came
    }
  }

  /**
   * Somebody else has deleted the image's label from the topic, or it was replaced by something
   * that is no label; everything written until then is known by now.
   *
   * @param inBuffer the current label, whose picture exists as well; null if there is none
   */
  Effect standing(String imageId, @Nullable Label inBuffer) {
    if (inBuffer != null) {
      return rewritten(inBuffer);
    }
    Record<byte[], byte[]> tombstone = records.tombstone(imageId);
    return Effect.NONE.after(new Output(tombstone, LearningTopology.PICTURES));
  }

  /** Drops the label if its topic accepts less than when it was written. */
  private Effect rewritten(Label label) {
    try {
      return relabelled(label);
    } catch (RejectedException e) {
      LOG.warn("The label of {} cannot be rewritten: {}", label.imageId(), e.getMessage());
      return dropped(label.imageId());
    }
  }

  /**
   * Adds the picture to the buffer.
   *
   * @param predicted whether the picture has a prediction, so that its feedback is useful even if
   *     the picture cannot be kept
   * @return null if it is gone, too large, or refused although it was predicted
   * @throws RejectedException if serving would refuse it, or it is not the feedback's image
   */
  @Nullable Effect example(ArrivedFeedback arrived, String label, Claim claim, boolean predicted)
      throws RejectedException {
    String id = arrived.feedback().imageId();
    IncomingImage image = image(id, claim);
    Record<byte[], byte[]> picture = image == null ? null : kept(id, image.picture(), predicted);
    if (image == null || picture == null) {
      return null;
    }
    Effect labelled =
        relabelled(
            new Label(
                id,
                label,
                claim,
                image.group(),
                arrived.feedback().who(),
                clock.instant().truncatedTo(MILLIS),
                arrived.origin()));
    return labelled.after(new Output(picture, LearningTopology.PICTURES));
  }

  private @Nullable Record<byte[], byte[]> kept(String id, byte[] picture, boolean predicted)
      throws RejectedException {
    try {
      return records.picture(id, picture, predicted);
    } catch (RejectedException e) {
      if (!predicted) {
        throw e;
      }
      LOG.warn(
          "The picture of image {} was classified before but is now refused: {}",
          id,
          e.getMessage());
      return null;
    }
  }

  /** Null if it is gone from its topic. */
  private @Nullable IncomingImage image(String imageId, Claim claim) throws RejectedException {
    IncomingImage image = pictures.read(claim);
    if (image != null && !image.id().equals(imageId)) {
      throw new RejectedException(
          Rejection.NO_SUCH_IMAGE,
          "its claim belongs to image '%.100s', not to this one".formatted(image.id()));
    }
    return image;
  }

  /** The same picture under another label. */
  Effect relabel(ArrivedFeedback arrived, String label, Label before) throws RejectedException {
    return relabelled(
        new Label(
            before.imageId(),
            label,
            before.claim(),
            before.group(),
            arrived.feedback().who(),
            clock.instant().truncatedTo(MILLIS),
            arrived.origin()));
  }

  private Effect relabelled(Label label) throws RejectedException {
    Output output = new Output(records.label(label), LearningTopology.LABELS);
    return new Effect(List.of(output), label, label.claim(), null);
  }

  /** Deletes label and picture. */
  Effect dropped(String imageId) {
    return Effect.NONE
        .after(new Output(records.tombstone(imageId), LearningTopology.PICTURES))
        .after(new Output(records.labelTombstone(imageId), LearningTopology.LABELS));
  }
}
