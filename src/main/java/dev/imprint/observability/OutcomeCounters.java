package dev.imprint.observability;

import dev.imprint.model.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts outcomes by version, role, result and why somebody looked: live accuracy is {@code right}
 * divided by all results of those picked at random, because people look first at what seems wrong.
 * Only the most recently counted versions are kept, so that tags stay bounded in a service that
 * learns for months. Thread-safe.
 */
final class OutcomeCounters {
  private static final int MOST_VERSIONS = 10;

  /** A counter's key. */
  private record Tags(String role, String result, String why) {}

  private final MeterRegistry registry;

  // By version, least recently counted first. Guarded by this.
  private final Map<String, Map<Tags, Counter>> versions = new LinkedHashMap<>(16, 0.75f, true);

  OutcomeCounters(MeterRegistry registry) {
    this.registry = registry;
  }

  synchronized void count(Outcome outcome) {
    String version = outcome.modelVersion();
    Map<Tags, Counter> counters = versions.computeIfAbsent(version, v -> new LinkedHashMap<>());
    for (Outcome.Result result : Outcome.Result.values()) { // all start at 0, for ratios
      counters.computeIfAbsent(tags(outcome, result), tags -> counter(version, tags));
    }
    Counter counted = counters.get(tags(outcome, outcome.result()));
    if (counted != null) {
      counted.increment();
    }
    if (versions.size() > MOST_VERSIONS) {
      String oldest = versions.keySet().iterator().next();
      Map<Tags, Counter> gone = versions.remove(oldest);
      if (gone != null) {
        gone.values().forEach(registry::remove);
      }
    }
  }

  private static Tags tags(Outcome outcome, Outcome.Result result) {
    return new Tags(lower(outcome.role()), lower(result), lower(outcome.why()));
  }

  private Counter counter(String version, Tags tags) {
    return Counter.builder("imprint.outcomes")
        .description("Predictions that were later labelled, by result and by why somebody looked.")
        .tags("version", version, "role", tags.role())
        .tags("result", tags.result(), "why", tags.why())
        .register(registry);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
