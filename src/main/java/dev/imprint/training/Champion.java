package dev.imprint.training;

import dev.imprint.model.Head;
import java.io.IOException;
import java.util.List;

/**
 * The serving head, which a new one is judged against.
 *
 * @param view how its own backbone sees examples
 * @param mustBeBeaten whether being equally good is not enough: a whole classifier is replaced only
 *     by a better head
 */
public record Champion(Head head, Reembedding view, boolean mustBeBeaten) {
  /** Embeddings from one backbone mean nothing to a head of another. */
  @FunctionalInterface
  public interface Reembedding {
    /** For a champion whose backbone the examples are already embedded with. */
    Reembedding SAME = examples -> examples;

    /**
     * The same examples in the same order, embedded by the champion's backbone; without those whose
     * pictures have been deleted meanwhile.
     *
     * @throws IOException if they cannot be read
     */
    List<Example> of(List<Example> examples) throws IOException, InterruptedException;
  }
}
