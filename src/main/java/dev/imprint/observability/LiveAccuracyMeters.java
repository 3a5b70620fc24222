package dev.imprint.observability;

import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How well each version does while it serves: with labels, live accuracy, which is {@code right}
 * divided by all results of the random sample; without labels, the accuracy that its confidences
 * promise (as CBPE of NannyML: the mean probability of the labels that it gave).
 *
 * <p>Only the most recently counted versions are kept, so that tags stay bounded in a service that
 * learns for months. Thread-safe.
 */
final class LiveAccuracyMeters {
  private static final int MOST_VERSIONS = 10;

  private final MeterRegistry registry;

  // By version, least recently counted first. Guarded by this.
  private final Map<String, Set<Meter>> versions = new LinkedHashMap<>(16, 0.75f, true);

  LiveAccuracyMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  synchronized void predicted(Prediction prediction) {
    String version = prediction.modelVersion();
    Counter asked =
        keep(
            version,
            Counter.builder("imprint.asked")
                .description("Predictions in the random sample, which ask for a label.")
                .tag("version", version)
                .register(registry));
    if (prediction.ask()) {
      asked.increment();
    }
    keep(
            version,
            DistributionSummary.builder("imprint.expected.accuracy")
                .description(
                    "Mean confidence of the given labels, 0 for none: the accuracy to expect"
                        + " without labels, as far as confidences are calibrated; blind to new"
                        + " kinds of picture and changed meanings.")
                .tag("version", version)
                .register(registry))
        .record(prediction.label() == null ? 0 : prediction.confidence());
  }

  synchronized void judged(Outcome outcome) {
    for (Outcome.Result result : Outcome.Result.values()) { // all start at 0, for ratios
      Counter counter =
          keep(
              outcome.modelVersion(),
              Counter.builder("imprint.outcomes")
                  .description(
                      "Predictions that were later labelled, by result. Sample random: the"
                          + " service asked about them; chosen: people chose them, and why.")
                  .tags(tags(outcome, result))
                  .register(registry));
      if (result == outcome.result()) {
        counter.increment();
      }
    }
  }

  private static Tags tags(Outcome outcome, Outcome.Result result) {
    return Tags.of(
        "version", outcome.modelVersion(),
        "role", lower(outcome.role()),
        "result", lower(result),
        "sample", outcome.asked() ? "random" : "chosen",
        "why", lower(outcome.why()));
  }

  private <M extends Meter> M keep(String version, M meter) {
    versions.computeIfAbsent(version, v -> new HashSet<>()).add(meter);
    if (versions.size() > MOST_VERSIONS) {
      String oldest = versions.keySet().iterator().next();
      Set<Meter> gone = versions.remove(oldest);
      if (gone != null) {
        gone.forEach(registry::remove);
      }
    }
    return meter;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
