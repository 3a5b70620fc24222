package dev.imprint.pipeline.learning;

import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.pipeline.part.Output;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The effect of feedback.
 *
 * @param outputs records to forward
 * @param put the label among them; null if there is none, or it is a tombstone
 * @param about the image whose label it decided; null if none, or not yet
 * @param waits feedback that must wait for the image's prediction; null if it is settled
 */
record Effect(
    List<Output> outputs,
    @Nullable Label put,
    @Nullable Claim about,
    @Nullable ArrivedFeedback waits) {
  static final Effect NONE = new Effect(List.of(), null, null, null);

  /** Whether it shows if a prediction was right. */
  boolean judges() {
    return outputs.stream().anyMatch(output -> output.child().equals(LearningTopology.OUTCOMES));
  }

  Effect after(Output first) {
    List<Output> all = new ArrayList<>();
    all.add(first);
    all.addAll(outputs);
    return new Effect(all, put, about, waits);
  }

  Effect on(Claim image) {
    return new Effect(outputs, put, image, waits);
  }

  Effect waiting(ArrivedFeedback feedback) {
    return new Effect(outputs, put, about, feedback);
  }
}
