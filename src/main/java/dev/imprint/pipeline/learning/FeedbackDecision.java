package dev.imprint.pipeline.learning;

import static java.time.temporal.ChronoUnit.MILLIS;

import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.Verdict;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.pipeline.part.DeadLetters;
import dev.imprint.pipeline.part.FeedbackResult;
import dev.imprint.pipeline.part.OriginalRecord;
import dev.imprint.pipeline.part.Output;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides the effect of feedback, given what is known about its image. Changes nothing itself
 * except the counts in {@link PipelineMetrics}. Thread-safe.
 *
 * @param labels the current names of labels; somebody may still use an old name, or have seen one
 */
public record FeedbackDecision(
    LearningRecords records,
    PictureReader pictures,
    DeadLetters deadLetters,
    PipelineMetrics metrics,
    Supplier<LabelChanges> labels,
    Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(FeedbackDecision.class);

  /**
   * @param prediction that the feedback refers to; null if none is remembered
   * @param inBuffer the buffer's label for this image id; null if there is none
   * @param last whether it has waited long enough
   */
  Effect decide(
      ArrivedFeedback arrived,
      @Nullable Prediction prediction,
      @Nullable Label inBuffer,
      boolean last) {
    LabelChanges now = labels.get();
    Prediction named = prediction == null ? null : prediction.under(now);
    Label current = inBuffer == null ? null : inBuffer.as(now.named(inBuffer.label()));
    // That it was not the one, before they were merged, does not contradict the other.
    boolean unrelated =
        arrived.feedback().verdict() == Verdict.INCORRECT
            && prediction != null
            && inBuffer != null
            && prediction.label() != null
            && now.differed(prediction.label(), inBuffer.label(), prediction.predictedAt());
    return decideNamed(arrived.under(now), named, unrelated ? null : current, last);
  }

  private Effect decideNamed(
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

  /**
   * For a record that was processed before: writes its label and picture again if they are still
   * current.
   */
  Effect repeated(ArrivedFeedback arrived, @Nullable Label inBuffer) {
    metrics.feedback(FeedbackResult.DUPLICATE);
    return inBuffer == null || !inBuffer.feedback().equals(arrived.origin())
        ? Effect.NONE
        : effects().again(inBuffer.imageId(), inBuffer);
  }

  /** For a record on the labels topic that is not a label. */
  Output badLabel(OriginalRecord record) {
    metrics.feedbackRejected(Rejection.BAD_LABEL);
    String message =
        "a record on the labels topic must have the image's id as its key and a label written by"
            + " Imprint as its value: send feedback instead";
    return new Output(
        deadLetters.write(record, Rejection.BAD_LABEL, message),
        LearningTopology.UNMATCHED_FEEDBACK);
  }

  /** An image that is not in the buffer needs no deletion; the tombstones do no harm. */
  private Effect forget(Feedback feedback, @Nullable Label inBuffer) {
    metrics.feedback(FeedbackResult.FORGOTTEN);
    boolean anotherIsMeant =
        inBuffer != null
            && feedback.claim() != null
            && !feedback.claim().equals(inBuffer.claim())
            && !feedback.claim().equals(inBuffer.feedback()); // that label alone, no later one
    return anotherIsMeant ? Effect.NONE : effects().dropped(feedback.imageId());
  }

  private Effect judge(ArrivedFeedback arrived, Prediction prediction, @Nullable Label inBuffer)
      throws RejectedException {
    Feedback feedback = arrived.feedback();
    String predicted = prediction.label();
    if (feedback.label() == null && predicted == null) {
      throw new RejectedException(
          Rejection.NO_PREDICTED_LABEL,
          "it is a verdict on the predicted label, but %s predicted none: send a label"
              .formatted(prediction.modelVersion()));
    }
    String actual = feedback.verdict() == Verdict.CORRECT ? predicted : feedback.label();
    Label same = inBuffer != null && inBuffer.claim().equals(prediction.claim()) ? inBuffer : null;
    if (same != null && same.label().equals(actual) && !arrived.learned()) {
      metrics.feedback(FeedbackResult.REPEATED);
      return Effect.NONE.on(prediction.claim());
    }
    Outcome outcome = outcome(feedback, prediction, actual);
    Output judged = new Output(records.outcome(outcome), LearningTopology.OUTCOMES);
    Effect effect =
        arrived.learned() ? Effect.NONE : consequence(arrived, prediction, actual, same);
    metrics.outcome(outcome);
    return effect.after(judged);
  }

  /** The effect of the outcome on the buffer. */
  private Effect consequence(
      ArrivedFeedback arrived, Prediction prediction, @Nullable String actual, @Nullable Label same)
      throws RejectedException {
    if (actual == null) {
      metrics.feedback(FeedbackResult.JUDGED);
      boolean contradicts = same != null && same.label().equals(prediction.label());
      Effect effect = contradicts ? effects().dropped(arrived.feedback().imageId()) : Effect.NONE;
      return effect.on(prediction.claim());
    }
    if (same != null) {
      return relabel(arrived, actual, same);
    }
    Effect example = effects().example(arrived, actual, prediction.claim(), true);
    if (example == null) {
      metrics.feedback(FeedbackResult.PICTURE_LOST);
      LOG.warn(
          "Image {} ({}) cannot be learned from: its picture is gone or too large",
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
          return Effect.NONE.on(inBuffer.claim());
        }
        return judgedLater(relabel(arrived, feedback.label(), inBuffer), arrived, last);
      }
      Effect example =
          claim == null ? null : effects().example(arrived, feedback.label(), claim, false);
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

  /** The prediction may still be on its way, and turn what was learned into an outcome. */
  private static Effect judgedLater(Effect learned, ArrivedFeedback arrived, boolean last) {
    return last ? learned : learned.waiting(arrived.nowLearned());
  }

  private static RejectedException unmatched(Feedback feedback, @Nullable Label inBuffer) {
    if (feedback.label() == null && inBuffer != null) {
      return new RejectedException(
          Rejection.NO_PREDICTED_LABEL, "its prediction is no longer remembered: send a label");
    }
    return new RejectedException(
        Rejection.NO_SUCH_IMAGE,
        feedback.claim() == null
            ? "no such image was classified recently: if it is older, send its prediction's claim"
            : "no such image was classified recently, and the record named in its claim is gone"
                + " or is a different one");
  }

  private Effect relabel(ArrivedFeedback arrived, String label, Label before)
      throws RejectedException {
    Effect effect = effects().relabel(arrived, label, before);
    metrics.feedback(FeedbackResult.RELABELLED);
    return effect;
  }

  /** On the buffer. */
  BufferEffects effects() {
    return new BufferEffects(records, pictures, clock);
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
        clock.instant().truncatedTo(MILLIS),
        prediction.ask());
  }
}
