package dev.imprint.observability;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts predictions by label: of the model that answers now the first fifty, and all others under
 * {@code other}, so that the series are bounded however many labels there are. Safe for use by
 * several threads at once.
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

  /** Shows these from now on, each from 0; those of labels that are no longer known go. */
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
