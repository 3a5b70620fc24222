package dev.imprint.observability;

import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.training.selection.LabelCount;
import dev.imprint.training.selection.Split;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The meters of the buffer; all except those of single labels exist from the start, and are 0 on
 * instances that do not lead. Thread-safe.
 */
final class BufferMeters implements BufferMetrics {
  /** Bounds the tags, however many labels there are. */
  private static final int MOST_THIN_LABELS = 20;

  private final MeterRegistry registry;
  private final Timer embedding;
  private final Counter cacheHits;
  private final MeterProvider<Counter> leftOut;
  private final MultiGauge thin;
  private final GateConfig gate;
  private volatile BufferSnapshot snapshot = BufferSnapshot.EMPTY;
  private volatile List<LabelCount> labels = List.of();
  private volatile int waiting;

  BufferMeters(MeterRegistry registry, GateConfig gate) {
    this.registry = registry;
    this.gate = gate;
    embedding =
        Timer.builder("imprint.buffer.embedding")
            .description(
                "Time to embed a batch of the buffer, including reading the pictures"
                    + " back and decoding them.")
            .register(registry);
    cacheHits =
        Counter.builder("imprint.buffer.cache.hits")
            .description("Embeddings of the buffer that were read from disk.")
            .register(registry);
    leftOut =
        Counter.builder("imprint.buffer.left.out")
            .description("Records left out of the buffer, by reason.")
            .withRegistry(registry);
    Stream.of(LeftOut.values()).forEach(this::leftOutCounter);
    for (Split side : Split.values()) {
      Gauge.builder(
              "imprint.buffer.examples", () -> snapshot.count(example -> Split.of(example) == side))
          .description(
              "Labelled pictures for training and for evaluation; 0 unless this"
                  + " instance leads.")
          .tag("split", lower(side))
          .register(registry);
    }
    Gauge.builder("imprint.buffer.waiting", () -> waiting)
        .description("Pictures of the buffer still to be embedded; 0 unless this instance leads.")
        .register(registry);
    thin =
        MultiGauge.builder("imprint.label.examples")
            .description("Number of examples, for the labels with the fewest.")
            .register(registry);
    showLabels("known", label -> true);
    showLabels("enough", label -> label.isEnough(gate));
  }

  private void showLabels(String state, Predicate<LabelCount> which) {
    Gauge.builder("imprint.labels", () -> labels.stream().filter(which).count())
        .description(
            "Distinct labels in the buffer; state 'enough' means that training includes" + " them.")
        .tag("state", state)
        .register(registry);
  }

  @Override
  public void holds(BufferSnapshot snapshot) {
    this.snapshot = snapshot;
    labels = LabelCount.of(snapshot.examples(), gate);
    thin.register(
        labels.stream()
            .sorted(Comparator.comparingInt(LabelCount::examples))
            .limit(MOST_THIN_LABELS)
            .map(label -> Row.of(Tags.of("label", label.label()), label.examples()))
            .toList(),
        true);
  }

  @Override
  public void waiting(int pictures) {
    waiting = pictures;
  }

  @Override
  public void embedded(int pictures, Duration time) {
    embedding.record(time);
  }

  @Override
  public void cacheHits(int pictures) {
    cacheHits.increment(pictures);
  }

  @Override
  public void leftOut(LeftOut reason) {
    leftOutCounter(reason).increment();
  }

  private Counter leftOutCounter(LeftOut reason) {
    return leftOut.withTag("reason", lower(reason));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
