package dev.imprint.training;

import dev.imprint.model.Head;
import java.io.IOException;
import java.util.List;

/**
 * The head that serves, which a new one is judged against.
 *
 * @param view how its own backbone sees examples
 * @param mustBeBeaten whether being as good is not enough: a whole classifier makes way for what is
 *     better alone
 */
public record Champion(Head head, Reembedding view, boolean mustBeBeaten) {
  /** Embeddings of one backbone mean nothing to a head of another. */
  @FunctionalInterface
  public interface Reembedding {
    /** That of a champion of the backbone that the examples are embedded by already. */
    Reembedding SAME = examples -> examples;

    /**
     * The same examples in the same order, embedded by the champion's backbone; without those whose
     * pictures are gone meanwhile.
     *
     * @throws IOException if they cannot be read
     */
    List<Example> of(List<Example> examples) throws IOException, InterruptedException;
  }
}
