package dev.imprint.training.gate;

import dev.imprint.buffer.Example;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.Head;
import dev.imprint.training.evaluation.Learned;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The head that serves, which a new one is judged against.
 *
 * @param folds its heads that have learned from all but one fold, by fold; empty without
 * @param learned by digest of the picture: what it learned from or was judged on
 * @param view how its own backbone sees examples
 * @param mustBeBeaten whether being equally good is not enough: a whole classifier makes way only
 *     for a better head
 * @param tuned whether it has a network of its own, for which a head on the pretrained one is not
 *     exchanged if too few pictures tell which is better
 */
public record Champion(
    Head head,
    List<DenseHead> folds,
    Map<String, Learned> learned,
    Reembedding view,
    boolean mustBeBeaten,
    boolean tuned) {
  /** Embeddings of one backbone mean nothing to a head of another. */
  @FunctionalInterface
  public interface Reembedding {
    /** For a champion of the backbone that has already embedded the examples. */
    Reembedding SAME = examples -> examples;

    /**
     * The same examples in the same order, embedded by the champion's backbone; without those whose
     * pictures are gone meanwhile.
     *
     * @throws IOException if they cannot be read
     */
    List<Example> of(List<Example> examples) throws IOException, InterruptedException;
  }

  /** On the pretrained network. */
  public Champion(
      Head head,
      List<DenseHead> folds,
      Map<String, Learned> learned,
      Reembedding view,
      boolean mustBeBeaten) {
    this(head, folds, learned, view, mustBeBeaten, false);
  }

  /** For a challenger that has a network of its own, too. */
  Champion againstTuned() {
    return new Champion(head, folds, learned, view, mustBeBeaten, false);
  }

  public Champion {
    folds = List.copyOf(folds);
    learned = Map.copyOf(learned);
  }
}
