package dev.imprint.training;

import dev.imprint.model.Head;
import dev.imprint.model.LinearHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a head that has not learned from an example thinks of it.
 *
 * @param labels that this head knows, the example's own among them
 * @param probabilities in their order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record UnseenProbabilities(Example example, List<String> labels, float[] probabilities) {

  /**
   * Without examples that every head has learned from, and those of labels that the head which has
   * not does not know.
   *
   * @param folds of the head, by fold; may be empty
   * @param learned by digest of the picture
   */
  public static List<UnseenProbabilities> of(
      LinearHead head,
      List<LinearHead> folds,
      Map<String, Learned> learned,
      List<Example> examples) {
    UnseenAnswers answers = new UnseenAnswers(head, folds, learned);
    List<UnseenProbabilities> all = new ArrayList<>();
    for (Example example : examples) {
      Head unseen = answers.unseen(example);
      if (unseen != null && unseen.labels().contains(example.label())) {
        float[] row = unseen.probabilities(example.embedding().numbers());
        all.add(new UnseenProbabilities(example, unseen.labels(), row));
      }
    }
    return all;
  }

  /** By the heads of a training. */
  public static List<UnseenProbabilities> of(Candidate candidate) {
    return of(
        candidate.head(),
        candidate.folds(),
        candidate.examples().stream()
            .collect(Collectors.toMap(Example::sha256, Learned::of, (one, other) -> one)),
        candidate.examples());
  }
}
