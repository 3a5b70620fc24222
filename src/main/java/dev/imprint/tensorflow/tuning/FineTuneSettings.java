package dev.imprint.tensorflow.tuning;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * How a network is fine-tuned, by the keys of the configuration.
 *
 * @param epochs maximum number of passes over the training part, with one view of each example
 * @param patience epochs without a better validation loss after which it stops
 * @param batchSize views per step
 * @param learningRate highest of AdamW for the head and the last block
 * @param blockFactor of the learning rate from each block to the one before it
 * @param weightDecay of AdamW, on kernels
 * @param warmUp share of the steps in which the learning rate rises to its highest; then it falls
 *     like a cosine to 0
 * @param clipNorm most of the norm of all gradients together
 * @param dropout rate before the head
 * @param averaged how many of the best epochs' weights are averaged, if that is better
 */
public record FineTuneSettings(
    int epochs,
    int patience,
    int batchSize,
    float learningRate,
    float blockFactor,
    float weightDecay,
    float warmUp,
    float clipNorm,
    float dropout,
    int averaged) {
  private static final int MOST_EPOCHS = 1000;

  /** Those that did best on photographs: RATIONALE.md has the figures. */
  public static final FineTuneSettings DEFAULTS =
      new FineTuneSettings(6, 3, 32, 2e-4f, 1, 0.01f, 0.1f, 1, 0.2f, 3);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public FineTuneSettings {
    require(epochs >= 1 && epochs <= MOST_EPOCHS, "epochs", epochs, "set 1 to " + MOST_EPOCHS);
    require(patience >= 1, "patience", patience, "set at least 1");
    require(batchSize >= 1, "batch_size", batchSize, "set at least 1 view");
    require(
        learningRate > 0 && learningRate <= 1,
        "learning_rate",
        learningRate,
        "set a value above 0 and at most 1");
    require(
        blockFactor > 0 && blockFactor <= 1,
        "block_factor",
        blockFactor,
        "set 1 (all learn at the same rate) or less, above 0");
    require(weightDecay >= 0 && weightDecay <= 1, "weight_decay", weightDecay, "set 0 (none) to 1");
    require(warmUp >= 0 && warmUp < 1, "warm_up", warmUp, "set 0 (none) or a share below 1");
    require(clipNorm > 0 && Float.isFinite(clipNorm), "clip_norm", clipNorm, "set a value above 0");
    require(dropout >= 0 && dropout < 1, "dropout", dropout, "set 0 (none) or a rate below 1");
    require(averaged >= 1, "averaged", averaged, "set 1 (only the best) or more epochs");
  }

  private static void require(boolean holds, String key, Object value, String fix) {
    unless(holds, "training.fine_tune." + key, value, fix);
  }
}
