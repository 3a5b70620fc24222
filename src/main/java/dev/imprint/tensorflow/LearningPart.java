package dev.imprint.tensorflow;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a network is fine-tuned: everything behind the beginning of some layers, or its
 * last blocks.
 *
 * @param from beginning of the names of the first layers that learn, such as {@code block6a_}; null
 *     if the number of blocks says it
 * @param lastBlocks how many blocks learn, as {@code backbone inspect} numbers them; 0 if {@code
 *     from} says it
 */
public record LearningPart(@Nullable String from, int lastBlocks) {
  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public LearningPart {
    unless(
        from == null || !from.isBlank(),
        "training.fine_tune.from",
        "''",
        "name the first layer that learns, or remove it and set last_blocks");
    unless(
        from == null ? lastBlocks >= 1 : lastBlocks == 0,
        "training.fine_tune.last_blocks",
        lastBlocks,
        from == null
            ? "set at least 1 block, or name the first layer that learns (from)"
            : "remove either it or from, '%s'".formatted(from));
  }

  public static LearningPart from(String layers) {
    return new LearningPart(layers, 0);
  }

  public static LearningPart lastBlocks(int number) {
    return new LearningPart(null, number);
  }
}
