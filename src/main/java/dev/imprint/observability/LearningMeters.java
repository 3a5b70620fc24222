package dev.imprint.observability;

import dev.imprint.rollout.LearningMetrics;
import dev.imprint.training.BufferMetrics;
import dev.imprint.training.BufferSnapshot;
import dev.imprint.training.Split;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The meters of the buffer and of training runs; each is there from the start at 0, on instances
 * that do not lead, too. Safe for use by several threads at once.
 */
public final class LearningMeters implements LearningMetrics, BufferMetrics {
  private static final Duration[] TRAINING =
      Stream.of(1, 2, 5, 10, 30, 60, 300, 1_800).map(Duration::ofSeconds).toArray(Duration[]::new);

  private final MeterProvider<Counter> runs;
  private final Timer training;
  private final Timer embedding;
  private final Counter cacheHits;
  private final MeterProvider<Counter> leftOut;
  private volatile Supplier<BufferSnapshot> buffer = () -> BufferSnapshot.EMPTY;

  /**
   * @param registry stays the caller's
   */
  public LearningMeters(MeterRegistry registry) {
    runs =
        Counter.builder("imprint.training.runs")
            .description("Training runs of this instance, by how they ended.")
            .withRegistry(registry);
    training =
        Timer.builder("imprint.training")
            .description("Time of a training run, with its evaluation.")
            .serviceLevelObjectives(TRAINING)
            .register(registry);
    embedding =
        Timer.builder("imprint.buffer.embedding")
            .description("Time of a batch of the buffer, with reading back and decoding.")
            .register(registry);
    cacheHits =
        Counter.builder("imprint.buffer.cache.hits")
            .description("Embeddings of the buffer that came from the disk.")
            .register(registry);
    leftOut =
        Counter.builder("imprint.buffer.left.out")
            .description("Records of the buffer that teach nothing, by why.")
            .withRegistry(registry);
    Stream.of(Run.values()).forEach(this::runs);
    Stream.of(LeftOut.values()).forEach(this::leftOutCounter);
    for (Split side : Split.values()) {
      Gauge.builder("imprint.buffer.examples", () -> count(side))
          .description("Labelled pictures that are learned from or judged on; 0 where none leads.")
          .tag("split", side.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  /** Shows what a buffer holds from now on. */
  public void buffer(Supplier<BufferSnapshot> snapshot) {
    buffer = snapshot;
  }

  private int count(Split side) {
    return buffer.get().count(example -> Split.of(example) == side);
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
    return leftOut.withTag("reason", reason.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void trained(Run outcome, Duration time) {
    runs(outcome).increment();
    training.record(time);
  }

  private Counter runs(Run outcome) {
    return runs.withTag("outcome", outcome.name().toLowerCase(Locale.ROOT));
  }
}
