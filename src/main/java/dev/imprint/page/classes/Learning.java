package dev.imprint.page.classes;

import dev.imprint.training.GateConfig;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an instance that learn.
 *
 * @param initialLabels of the head that the service started with; empty for none
 * @param learner null while this instance does not lead
 */
public record Learning(
    GateConfig gate, Supplier<List<String>> initialLabels, Supplier<@Nullable Learner> learner) {
  /** Of an instance that never leads. */
  public static final Learning NEVER = new Learning(GateConfig.DEFAULTS, List::of, () -> null);
}
