package dev.imprint.pipeline.part;

import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rejection;
import java.time.Duration;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The pipeline's metrics. Except for {@link #started} and {@link #answered}, they are called by the
 * stream threads; they must neither block nor throw.
 *
 * <p>Each record of {@code images} is counted once, by {@link #predicted} or by {@link #rejected}.
 * A batch whose transaction is aborted is counted again when it is processed again, so the sum may
 * be more than readers see, but never less. Alert if the rate of {@link #rejected} is not zero, and
 * if the latency exceeds what consumers can tolerate.
 */
public interface PipelineMetrics {
  /** The parts of a batch's time. */
  enum Stage {
    DECODE,
    BACKBONE,
    HEAD
  }

  /**
   * A prediction was forwarded.
   *
   * @param latency from the image record's timestamp to the prediction; never negative
   */
  void predicted(Prediction prediction, Duration latency);

  /** An image whose file is truncated was classified; also counted as predicted. */
  void recovered();

  /** An image was forwarded to the dead letter topic. */
  void rejected(Rejection reason);

  /** Feedback was settled. Each feedback record is counted once, here or as rejected. */
  void feedback(FeedbackResult result);

  /** Feedback was forwarded to the dead letter topic. */
  void feedbackRejected(Rejection reason);

  /** Feedback was matched with a prediction. */
  void outcome(Outcome outcome);

  /** A batch of this many images was processed. */
  void batch(int size);

  /** A stage took this long for a whole batch. */
  void stage(Stage stage, Duration time);

  /**
   * A picture that did not come from the topic was answered, or not.
   *
   * @param outcome predicted, unlabelled, a rejection's tag, or {@link #UNANSWERED}
   * @param time that the caller waited
   */
  void answered(String outcome, Duration time);

  /**
   * Kafka Streams of a part is about to start, for the first time or again after a failure; the
   * previous instance, if any, is closed.
   */
  void started(PipelinePart part, KafkaStreams streams);

  /** The outcome of a picture for which there was no time, or no working model. */
  String UNANSWERED = "unanswered";

  PipelineMetrics NOOP = new Noop();

  /** Counts nothing; may be overridden in part. */
  class Noop implements PipelineMetrics {
    @Override
    public void predicted(Prediction prediction, Duration latency) {}

    @Override
    public void recovered() {}

    @Override
    public void rejected(Rejection reason) {}

    @Override
    public void feedback(FeedbackResult result) {}

    @Override
    public void feedbackRejected(Rejection reason) {}

    @Override
    public void outcome(Outcome outcome) {}

    @Override
    public void batch(int size) {}

    @Override
    public void stage(Stage stage, Duration time) {}

    @Override
    public void answered(String outcome, Duration time) {}

    @Override
    public void started(PipelinePart part, KafkaStreams streams) {}
  }
}
