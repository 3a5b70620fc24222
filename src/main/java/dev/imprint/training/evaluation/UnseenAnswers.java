package dev.imprint.training.evaluation;

import dev.imprint.buffer.Example;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.Head;
import dev.imprint.training.selection.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers for examples, each by a head that has not learned from it: where the head itself has, by
 * that of the example's fold.
 *
 * @param folds by fold; empty for a head that was judged on a holdout
 * @param learned by digest of the picture, including those that the head was judged on
 */
public record UnseenAnswers(Head head, List<DenseHead> folds, Map<String, Learned> learned) {

  /** Without examples for which there is none. */
  public List<UnseenAnswer> of(List<Example> examples) {
    List<UnseenAnswer> answers = new ArrayList<>();
    for (Example example : examples) {
      LabelProbabilities answer = of(example);
      if (answer != null) {
        answers.add(new UnseenAnswer(example, answer));
      }
    }
    return answers;
  }

  /** Only those of heads that know the example's label. */
  public List<UnseenAnswer> knowing(List<Example> examples) {
    return of(examples).stream().filter(UnseenAnswer::knowsLabel).toList();
  }

  /**
   * @param example embedded by the head's backbone
   * @return null if every head has learned from it, or the one that has not does not know its label
   *     although the head does
   */
  public @Nullable LabelProbabilities of(Example example) {
    Head unseen = unseen(example);
    if (unseen == null
        || !unseen.labels().contains(example.label()) && head.labels().contains(example.label())) {
      return null;
    }
    return new LabelProbabilities(
        unseen.labels(), unseen.probabilities(example.embedding().numbers()));
  }

  /** Null if every head has learned from it. */
  private @Nullable Head unseen(Example example) {
    Learned then = learned.get(example.sha256());
    boolean known = then != null;
    if (then != null && Split.fold(then.group(), example.sha256()) != Split.fold(example)) {
      return null; // its group has changed: what now counts as unseen may have been learned
    }
    if (folds.isEmpty()) {
      return known && Split.of(example) != Split.HOLDOUT ? null : head;
    }
    // A picture of a group may resemble others of it that were learned.
    boolean grouped = example.group() != null && !example.group().isEmpty();
    return known || grouped ? folds.get(Split.fold(example)) : head;
  }
}
