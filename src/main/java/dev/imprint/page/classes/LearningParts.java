package dev.imprint.page.classes;

import dev.imprint.page.watch.LedExamples;
import dev.imprint.training.selection.GateConfig;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an instance that learn.
 *
 * @param initialLabels of the head that the service started with; empty for none
 * @param led null while this instance does not lead
 */
public record LearningParts(
    GateConfig gate, Supplier<List<String>> initialLabels, Supplier<@Nullable LedExamples> led) {}
