package dev.imprint.training;

import dev.imprint.model.LinearHead;
import dev.imprint.model.ModelVersion;
import java.util.List;

/**
 * A trained head, ready to be published.
 *
 * @param folds heads that have learned from all but one fold of the examples, by fold; empty if it
 *     was judged on a holdout
 * @param examples that it learned from and was judged on, for its manifest
 * @param unlabelled pictures that it learned from, too
 * @param mistakes some of the wrong answers that it was judged by, the most confident first
 */
public record Candidate(
    LinearHead head,
    List<LinearHead> folds,
    ModelVersion.Training training,
    ModelVersion.Judgement judgement,
    List<Example> examples,
    List<UnlabelledPicture> unlabelled,
    List<Mistake> mistakes) {
  public Candidate {
    folds = List.copyOf(folds);
    examples = List.copyOf(examples);
    unlabelled = List.copyOf(unlabelled);
    mistakes = List.copyOf(mistakes);
  }

  public Candidate startedBy(ModelVersion.TrainingStart start) {
    return new Candidate(
        head, folds, training.startedBy(start), judgement, examples, unlabelled, mistakes);
  }
}
