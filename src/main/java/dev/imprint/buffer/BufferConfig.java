package dev.imprint.buffer;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * The settings under {@code buffer}: which examples are kept to learn from, and how they are
 * embedded.
 *
 * @param maxPerLabel most training examples per label; the oldest ones beyond it are deleted,
 *     holdout does not count
 * @param maxLabels most distinct labels; examples of the rarest ones beyond it are not learned from
 * @param maxExamples most embeddings held in memory, at 2 bytes per number (EfficientNet-Lite0: 6
 *     KB); further pictures wait until there is room
 * @param embedBatch pictures that are read back and embedded between two pauses
 * @param embedPauseMs pause after each batch, in milliseconds, which leaves the cores to serving
 * @param cacheEntries most embeddings kept on disk for the next start
 * @param unlabelled most recent images without labels to learn from, too
 */
public record BufferConfig(
    int maxPerLabel,
    int maxLabels,
    int maxExamples,
    int embedBatch,
    long embedPauseMs,
    int cacheEntries,
    int unlabelled) {
  private static final int MOST_UNLABELLED = 20_000;

  public static final BufferConfig DEFAULTS =
      new BufferConfig(5_000, 10_000, 50_000, 4, 0, 200_000, 500);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public BufferConfig {
    unless(
        maxPerLabel >= 1, "buffer.max_per_label", maxPerLabel, "set at least 1 example per label");
    unless(
        maxLabels >= 2,
        "buffer.max_labels",
        maxLabels,
        "set at least 2, or there is nothing to tell apart");
    unless(maxExamples >= 2, "buffer.max_examples", maxExamples, "set at least 2 examples");
    unless(
        embedBatch >= 1 && embedBatch <= 1_024,
        "buffer.embed_batch",
        embedBatch,
        "set 1 to 1024 pictures");
    unless(
        embedPauseMs >= 0 && embedPauseMs <= 60_000,
        "buffer.embed_pause_ms",
        embedPauseMs,
        "set 0 (no pause) to 60000");
    unless(cacheEntries >= 0, "buffer.cache_entries", cacheEntries, "set 0 (no cache) or more");
    unless(
        unlabelled >= 0 && unlabelled <= MOST_UNLABELLED,
        "buffer.unlabelled",
        unlabelled,
        "set 0 (none) to %d images".formatted(MOST_UNLABELLED));
  }
}
