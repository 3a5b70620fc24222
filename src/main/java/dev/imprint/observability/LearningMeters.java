package dev.imprint.observability;

import dev.imprint.model.Metrics;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.rollout.LearningMetrics;
import dev.imprint.training.BufferMetrics;
import dev.imprint.training.GateConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The meters of training runs and, through {@link #buffer()}, of the buffer; each exists from the
 * start, even on instances that do not lead. Thread-safe.
 */
public final class LearningMeters implements LearningMetrics {
  private static final Duration[] TRAINING =
      Stream.of(1, 2, 5, 10, 30, 60, 300, 1_800).map(Duration::ofSeconds).toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final MeterProvider<Counter> runs;
  private final Timer training;
  private final Counter commandsRejected;
  private final BufferMeters buffer;
  private volatile @Nullable Judgement judgement;

  /**
   * @param registry closed by the caller
   * @param gate determines how many examples of a label are enough
   */
  public LearningMeters(MeterRegistry registry, GateConfig gate) {
    this.registry = registry;
    runs =
        Counter.builder("imprint.training.runs")
            .description("Training runs of this instance, by outcome.")
            .withRegistry(registry);
    training =
        Timer.builder("imprint.training")
            .description("Time of a training run, including its evaluation.")
            .serviceLevelObjectives(TRAINING)
            .register(registry);
    Stream.of(RunEnd.values()).forEach(this::runs);
    commandsRejected =
        Counter.builder("imprint.commands.rejected")
            .description(
                "Records on the commands topic that are not commands; each becomes a"
                    + " dead letter.")
            .register(registry);
    show("macro.f1", Metrics::macroF1);
    show("accuracy", Metrics::accuracy);
    buffer = new BufferMeters(registry, gate);
  }

  private void show(String measure, ToDoubleFunction<Metrics> value) {
    show(measure, "challenger", Judgement::challenger, value);
    show(measure, "champion", Judgement::champion, value);
  }

  private void show(
      String measure,
      String model,
      Function<Judgement, @Nullable Metrics> whose,
      ToDoubleFunction<Metrics> value) {
    Gauge.builder("imprint.gate." + measure, () -> last(whose, value))
        .description(
            "Measured on the same holdout for the newest version and for the one that"
                + " served before it.")
        .tag("model", model)
        .register(registry);
  }

  /** NaN while there is none. */
  private double last(
      Function<Judgement, @Nullable Metrics> whose, ToDoubleFunction<Metrics> value) {
    Judgement last = judgement;
    Metrics metrics = last == null ? null : whose.apply(last);
    return metrics == null ? Double.NaN : value.applyAsDouble(metrics);
  }

  /** The buffer's meters. */
  public BufferMetrics buffer() {
    return buffer;
  }

  @Override
  public void judged(@Nullable Judgement judgement) {
    this.judgement = judgement;
  }

  @Override
  public void trained(RunEnd outcome, Duration time) {
    runs(outcome).increment();
    training.record(time);
  }

  @Override
  public void commandRejected() {
    commandsRejected.increment();
  }

  private Counter runs(RunEnd outcome) {
    return runs.withTag("outcome", outcome.name().toLowerCase(Locale.ROOT));
  }
}
