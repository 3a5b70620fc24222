package dev.imprint.pipeline;

import dev.imprint.model.Outcome;
import dev.imprint.model.Rejection;
import java.time.Duration;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline counts. Calls come from the stream threads, but for {@link #started}, and must
 * neither block nor throw.
 *
 * <p>Arithmetic: each record of {@code images} is counted once, by {@link #predicted} or by {@link
 * #rejected}; a batch whose transaction is aborted is counted again when it is processed again, so
 * the sum can exceed what readers see, never fall short of it. Alert on a rate of {@link #rejected}
 * that is not zero, and on lateness above what consumers bear.
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
   * @param label null for a prediction without one
   * @param confidence of the best label; 0 without a head
   * @param lateness from the image record's timestamp to the prediction; never negative
   */
  void predicted(@Nullable String label, float confidence, Duration lateness);

  /** An image is classified without the end of its file; counted as predicted as well. */
  void recovered();

  /** An image was forwarded to the dead letter topic. */
  void rejected(Rejection reason);

  /** Feedback was settled. Each record of it is counted once, here or as rejected. */
  void feedback(FeedbackResult result);

  /** Feedback was forwarded to the dead letter topic. */
  void feedbackRejected(Rejection reason);

  /** A prediction met its truth. */
  void outcome(Outcome outcome);

  /** A batch of this many images went through. */
  void batch(int size);

  /** A stage took this long for a whole batch. */
  void stage(Stage stage, Duration time);

  /**
   * Kafka Streams of a part is about to start, for the first time or anew after a failure; the
   * instance before, if there was one, is closed.
   */
  void started(PipelinePart part, KafkaStreams streams);

  PipelineMetrics NOOP = new Noop();

  /** Counts nothing; to be overridden in part. */
  class Noop implements PipelineMetrics {
    @Override
    public void predicted(@Nullable String label, float confidence, Duration lateness) {}

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
    public void started(PipelinePart part, KafkaStreams streams) {}
  }
}
