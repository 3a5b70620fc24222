package dev.imprint.leader;

/** How a training reports that it waits for embeddings. */
public final class EmbeddingProgress {
  private EmbeddingProgress() {}

  public static String pictures(int waiting) {
    return "%d pictures are waiting to be embedded".formatted(waiting);
  }

  public static String views(int waiting) {
    return "%d views are waiting to be embedded".formatted(waiting);
  }
}
