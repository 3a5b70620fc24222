package dev.imprint.page.understand;

import dev.imprint.model.serving.Lease;
import dev.imprint.page.watch.LedExamples;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an instance that tell why it answers as it does.
 *
 * @param models lends the serving model; null until it serves
 * @param led null while this instance does not lead
 * @param batch most pictures that go through the network at once beside serving
 */
public record Insight(
    Supplier<@Nullable Lease> models, Supplier<@Nullable LedExamples> led, int batch) {}
