package dev.imprint.observability;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts predictions by label: the first fifty labels of the serving model, and all others under
 * {@code other}, so that the series are bounded however many labels there are. Thread-safe.
 */
final class PredictedLabels {
  static final int MOST_LABELS = 50;
  private static final String OTHER = "other";

  private final MeterRegistry registry;
  private final Counter others;
  private final Map<String, Counter> counters = new HashMap<>(); // guarded by this

  PredictedLabels(MeterRegistry registry) {
    this.registry = registry;
    others = counter(OTHER);
  }

  /** Shows these from now on, each starting at 0; removes labels that are no longer known. */
  synchronized void learned(List<String> labels) {
    List<String> shown =
        labels.stream().filter(label -> !label.equals(OTHER)).limit(MOST_LABELS).toList();
    counters
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !shown.contains(entry.getKey());
              if (gone) {
                registry.remove(entry.getValue());
              }
              return gone;
            });
    shown.forEach(label -> counters.computeIfAbsent(label, this::counter));
  }

  synchronized void count(String label) {
    counters.getOrDefault(label, others).increment();
  }

  private Counter counter(String label) {
    return Counter.builder("imprint.predictions")
        .description(
            "Predictions by label: up to 50 labels of the serving model; the rest count"
                + " as 'other'.")
        .tag("label", label)
        .register(registry);
  }
}
