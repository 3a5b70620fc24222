package dev.imprint.training;

import dev.imprint.model.LinearHead;
import dev.imprint.model.ModelVersion;
import java.util.List;

/**
 * A trained head, ready to be published.
 *
 * @param examples that it learned from and was judged on, for its manifest
 */
public record Candidate(
    LinearHead head,
    ModelVersion.Training training,
    ModelVersion.Judgement judgement,
    List<Example> examples) {
  public Candidate {
    examples = List.copyOf(examples);
  }
}
