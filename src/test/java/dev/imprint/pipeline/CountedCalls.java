package dev.imprint.pipeline;

import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rejection;
import dev.imprint.pipeline.part.FeedbackResult;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.KafkaStreams;

/** Records the calls of the metrics. */
record CountedCalls(List<String> calls) implements PipelineMetrics {
  @Override
  public void predicted(Prediction prediction, Duration latency) {
    calls.add("predicted " + (prediction.label() != null) + " " + latency);
  }

  @Override
  public void recovered() {
    calls.add("recovered");
  }

  @Override
  public void rejected(Rejection reason) {
    calls.add("rejected " + reason.tag());
  }

  @Override
  public void batch(int size) {
    calls.add("batch " + size);
  }

  @Override
  public void feedback(FeedbackResult result) {
    calls.add("feedback " + result.tag());
  }

  @Override
  public void feedbackRejected(Rejection reason) {
    calls.add("feedback rejected " + reason.tag());
  }

  @Override
  public void outcome(Outcome outcome) {
    calls.add("outcome " + outcome.result());
  }

  @Override
  public void stage(Stage stage, Duration time) {}

  @Override
  public void answered(String outcome, Duration time) {
    calls.add("answered " + outcome);
  }

  @Override
  public void started(PipelinePart part, KafkaStreams streams) {}
}
