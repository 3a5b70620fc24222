package dev.imprint.pipeline;

import static java.time.temporal.ChronoUnit.MILLIS;

import dev.imprint.event.IncomingImage;
import dev.imprint.event.LabelRemoval;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.Verdict;
import dev.imprint.pipeline.MicroBatchProcessor.Output;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what feedback leads to, given what is known of its image; changes nothing itself but what
 * {@link PipelineMetrics} counts. Safe for use by several threads at once.
 */
record FeedbackDecision(
    LearningRecords records,
    PictureReader pictures,
    DeadLetters deadLetters,
    PipelineMetrics metrics,
    Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(FeedbackDecision.class);

  /**
   * What feedback leads to.
   *
   * @param outputs records to forward
   * @param put what the buffer holds of the image now; null if that does not change
   * @param drop whether the buffer holds nothing of the image now
   * @param waits what has to wait for the image's prediction; null if all is said
   */
  record Effect(
      List<Output> outputs, @Nullable Label put, boolean drop, @Nullable ArrivedFeedback waits) {
    static final Effect NONE = new Effect(List.of(), null, false, null);

    Effect after(Output first) {
      List<Output> all = new ArrayList<>();
      all.add(first);
      all.addAll(outputs);
      return new Effect(all, put, drop, waits);
    }

    Effect waiting(ArrivedFeedback feedback) {
      return new Effect(outputs, put, drop, feedback);
    }
  }

  /**
   * @param prediction that the feedback means; null if none is remembered
   * @param inBuffer what the buffer holds of this image id; null if nothing
   * @param last whether it has waited long enough
   */
  Effect decide(
      ArrivedFeedback arrived,
      @Nullable Prediction prediction,
      @Nullable Label inBuffer,
      boolean last) {
    try {
      if (arrived.feedback().verdict() == Verdict.FORGET) {
        return forget(arrived.feedback(), inBuffer);
      }
      return prediction != null
          ? judge(arrived, prediction, inBuffer)
          : withoutPrediction(arrived, inBuffer, last);
    } catch (RejectedException e) {
      metrics.feedbackRejected(e.reason());
      Record<byte[], byte[]> letter =
          deadLetters.write(arrived.original(), e.reason(), String.valueOf(e.getMessage()));
      return Effect.NONE.after(new Output(letter, LearningTopology.UNMATCHED_FEEDBACK));
    }
  }

  /** The label and picture that this feedback has led to once more, if they still stand. */
  Effect again(ArrivedFeedback arrived, @Nullable Label inBuffer) {
    metrics.feedback(FeedbackResult.DUPLICATE);
    if (inBuffer == null || !inBuffer.feedback().equals(arrived.origin())) {
      return Effect.NONE;
    }
    try {
      Effect example = example(arrived, inBuffer.label(), inBuffer.claim(), true);
      return example == null ? relabelled(inBuffer) : example;
    } catch (RejectedException e) {
      return Effect.NONE; // was said when it came first
    }
  }

  /**
   * The leader has written a tombstone on the topic labels.
   *
   * @param current what the buffer held before it
   */
  Effect remove(Label current, LabelRemoval removal) {
    if (removal.means(current)) {
      Record<byte[], byte[]> tombstone = records.tombstone(current.imageId());
      Output picture = new Output(tombstone, LearningTopology.PICTURES);
      return new Effect(List.of(picture), null, true, null);
    }
    try {
      return relabelled(current); // which the leader did not know yet; its picture is still there
    } catch (RejectedException e) {
      throw new IllegalStateException(e); // it was written before
    }
  }

  /** Of an image that is not there nothing has to be forgotten; the tombstones do no harm. */
  private Effect forget(Feedback feedback, @Nullable Label inBuffer) {
    metrics.feedback(FeedbackResult.FORGOTTEN);
    boolean anotherIsMeant =
        inBuffer != null && feedback.claim() != null && !feedback.claim().equals(inBuffer.claim());
    return anotherIsMeant ? Effect.NONE : dropped(feedback.imageId());
  }

  private Effect judge(ArrivedFeedback arrived, Prediction prediction, @Nullable Label inBuffer)
      throws RejectedException {
    Feedback feedback = arrived.feedback();
    String predicted = prediction.label();
    if (feedback.label() == null && predicted == null) {
      throw new RejectedException(
          Rejection.NO_PREDICTED_LABEL,
          "a verdict on the predicted label, but %s predicted none: send a label"
              .formatted(prediction.modelVersion()));
    }
    String actual = feedback.verdict() == Verdict.CORRECT ? predicted : feedback.label();
    Label same = inBuffer != null && inBuffer.claim().equals(prediction.claim()) ? inBuffer : null;
    if (same != null && same.label().equals(actual) && !arrived.learned()) {
      metrics.feedback(FeedbackResult.REPEATED);
      return Effect.NONE;
    }
    Outcome outcome = outcome(feedback, prediction, actual);
    Output judged = new Output(records.outcome(outcome), LearningTopology.OUTCOMES);
    Effect effect =
        arrived.learned() ? Effect.NONE : consequence(arrived, prediction, actual, same);
    metrics.outcome(outcome);
    return effect.after(judged);
  }

  /** What the outcome means for the buffer. */
  private Effect consequence(
      ArrivedFeedback arrived, Prediction prediction, @Nullable String actual, @Nullable Label same)
      throws RejectedException {
    if (actual == null) {
      metrics.feedback(FeedbackResult.JUDGED);
      boolean contradicts = same != null && same.label().equals(prediction.label());
      return contradicts ? dropped(arrived.feedback().imageId()) : Effect.NONE;
    }
    if (same != null) {
      return relabel(arrived, actual, same);
    }
    Effect example = example(arrived, actual, prediction.claim(), true);
    if (example == null) {
      metrics.feedback(FeedbackResult.PICTURE_LOST);
      LOG.warn(
          "Image {} ({}) is lost to training: its picture is gone, or too large",
          arrived.feedback().imageId(),
          prediction.claim());
      return Effect.NONE;
    }
    metrics.feedback(FeedbackResult.LABELLED);
    return example;
  }

  private Effect withoutPrediction(ArrivedFeedback arrived, @Nullable Label inBuffer, boolean last)
      throws RejectedException {
    Feedback feedback = arrived.feedback();
    Claim claim = feedback.claim();
    if (arrived.learned()) {
      return last ? Effect.NONE : Effect.NONE.waiting(arrived);
    }
    if (feedback.label() != null) {
      if (inBuffer != null && (claim == null || claim.equals(inBuffer.claim()))) {
        if (inBuffer.label().equals(feedback.label())) {
          metrics.feedback(FeedbackResult.REPEATED);
          return Effect.NONE;
        }
        return judgedLater(relabel(arrived, feedback.label(), inBuffer), arrived, last);
      }
      Effect example = claim == null ? null : example(arrived, feedback.label(), claim, false);
      if (example != null) {
        metrics.feedback(FeedbackResult.LABELLED);
        return judgedLater(example, arrived, last);
      }
    }
    if (last) {
      throw unmatched(feedback, inBuffer);
    }
    return Effect.NONE.waiting(arrived);
  }

  /** The prediction may be under way still, and make an outcome of what was learned. */
  private static Effect judgedLater(Effect learned, ArrivedFeedback arrived, boolean last) {
    return last ? learned : learned.waiting(arrived.nowLearned());
  }

  private static RejectedException unmatched(Feedback feedback, @Nullable Label inBuffer) {
    if (feedback.label() == null && inBuffer != null) {
      return new RejectedException(
          Rejection.NO_PREDICTED_LABEL, "its prediction is not remembered any more: send a label");
    }
    return new RejectedException(
        Rejection.NO_SUCH_IMAGE,
        feedback.claim() == null
            ? "no such image was predicted lately: if it is older, send its prediction's claim"
            : "no such image was predicted lately, and what its claim names is gone or another");
  }

  /**
   * Takes the picture into the buffer.
   *
   * @param predicted whether the picture has a prediction, so that its feedback means something
   *     even if it cannot be kept
   * @return null if it is gone, too large, or refused though it was predicted
   * @throws RejectedException if serving would refuse it, or it is not the feedback's image
   */
  private @Nullable Effect example(
      ArrivedFeedback arrived, String label, Claim claim, boolean predicted)
      throws RejectedException {
    String id = arrived.feedback().imageId();
    IncomingImage image = pictures.read(claim);
    if (image == null) {
      return null;
    }
    if (!image.id().equals(id)) {
      throw new RejectedException(
          Rejection.NO_SUCH_IMAGE,
          "its claim is of image '%.100s', not of this one".formatted(image.id()));
    }
    Record<byte[], byte[]> picture = kept(id, image.picture(), predicted);
    if (picture == null) {
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
      LOG.warn("The picture of image {} was predicted, but is refused now: {}", id, e.getMessage());
      return null;
    }
  }

  private Effect relabel(ArrivedFeedback arrived, String label, Label before)
      throws RejectedException {
    Effect effect =
        relabelled(
            new Label(
                before.imageId(),
                label,
                before.claim(),
                before.group(),
                arrived.feedback().who(),
                clock.instant().truncatedTo(MILLIS),
                arrived.origin()));
    metrics.feedback(FeedbackResult.RELABELLED);
    return effect;
  }

  private Effect relabelled(Label label) throws RejectedException {
    Output output = new Output(records.label(label), LearningTopology.LABELS);
    return new Effect(List.of(output), label, false, null);
  }

  private Effect dropped(String imageId) {
    Record<byte[], byte[]> tombstone = records.tombstone(imageId);
    return new Effect(
        List.of(
            new Output(tombstone, LearningTopology.LABELS),
            new Output(tombstone, LearningTopology.PICTURES)),
        null,
        true,
        null);
  }

  private Outcome outcome(Feedback feedback, Prediction prediction, @Nullable String actual) {
    return new Outcome(
        prediction.imageId(),
        prediction.label(),
        actual,
        prediction.confidence(),
        prediction.modelVersion(),
        prediction.role(),
        feedback.who(),
        feedback.why(),
        clock.instant().truncatedTo(MILLIS));
  }
}
