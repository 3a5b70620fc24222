package dev.imprint.page.understand;

import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.model.Backbone;
import dev.imprint.model.Lease;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an instance that tell why it answers as it does.
 *
 * @param models lends the serving model; null until it serves
 * @param trained the backbone of the examples' embeddings; null while the service is starting
 * @param examples that are learned from; null where the instance does not lead
 * @param batch most pictures that go through the network at once beside serving
 */
public record Insight(
    Supplier<@Nullable Lease> models,
    Supplier<@Nullable Backbone> trained,
    Supplier<@Nullable BufferSnapshot> examples,
    int batch) {
  /** Before there are any. */
  public static final Insight NONE = new Insight(() -> null, () -> null, () -> null, 1);
}
