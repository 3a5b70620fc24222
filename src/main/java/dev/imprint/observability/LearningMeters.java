package dev.imprint.observability;

import dev.imprint.buffer.BufferMetrics;
import dev.imprint.leader.LearningMetrics;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.metrics.Interval;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.training.selection.GateConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The meters of training runs and, through {@link #buffer()}, of the buffer; each exists from the
 * start, even on instances that do not lead. Thread-safe.
 */
public final class LearningMeters implements LearningMetrics {
  private static final String CHALLENGER = "challenger";
  private static final String CHAMPION = "champion";
  private static final String MEASURED =
      "Figure of the newest version and of the one that served before it; on the same pictures if"
          + " they have a label in common.";
  private static final String LOWER = "Lower bound of its 95 % interval.";
  private static final String UPPER = "Upper bound of its 95 % interval.";

  private static final Duration[] TRAINING =
      Stream.of(1, 2, 5, 10, 30, 60, 300, 1_800).map(Duration::ofSeconds).toArray(Duration[]::new);

  /** The intervals take too long to compute for each scrape. */
  private record Measured(Metrics metrics, Interval accuracy, Interval macroF1) {
    static Measured of(Metrics metrics) {
      return new Measured(metrics, metrics.accuracyInterval(), metrics.macroF1Interval());
    }
  }

  private final MeterRegistry registry;
  private final MeterProvider<Counter> runs;
  private final Timer training;
  private final Counter commandsRejected;
  private final BufferMeters buffer;
  private volatile Map<String, Measured> judged = Map.of(); // by tag
  private volatile @Nullable Epoch epoch; // of the training that is running

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
    Gauge.builder("imprint.training.epoch", () -> epoch(Epoch::number))
        .description("Epoch of the current training run, in its phase.")
        .register(registry);
    loss("training", Epoch::loss);
    loss("validation", now -> now.validation() == null ? Double.NaN : now.validation().loss());
    Stream.of(RunEnd.values()).forEach(this::runs);
    commandsRejected =
        Counter.builder("imprint.commands.rejected")
            .description(
                "Records on the commands topic that are not commands; each becomes a"
                    + " dead letter.")
            .register(registry);
    show("macro.f1", MEASURED, judged -> judged.metrics().macroF1());
    show("macro.f1.lower", LOWER, judged -> judged.macroF1().low());
    show("macro.f1.upper", UPPER, judged -> judged.macroF1().high());
    show("accuracy", MEASURED, judged -> judged.metrics().accuracy());
    show("accuracy.lower", LOWER, judged -> judged.accuracy().low());
    show("accuracy.upper", UPPER, judged -> judged.accuracy().high());
    show("examples", "Number of pictures that it was measured on.", m -> m.metrics().examples());
    buffer = new BufferMeters(registry, gate);
  }

  private void loss(String part, ToDoubleFunction<Epoch> value) {
    Gauge.builder("imprint.training.loss", () -> epoch(value))
        .description("Mean cross-entropy in the last epoch of the current training run.")
        .tag("part", part)
        .register(registry);
  }

  /** NaN while no training is running. */
  private double epoch(ToDoubleFunction<Epoch> value) {
    Epoch now = epoch;
    return now == null ? Double.NaN : value.applyAsDouble(now);
  }

  private void show(String measure, String description, ToDoubleFunction<Measured> value) {
    for (String model : List.of(CHALLENGER, CHAMPION)) {
      Gauge.builder("imprint.gate." + measure, () -> last(model, value))
          .description(description)
          .tag("model", model)
          .register(registry);
    }
  }

  /** NaN while there is none. */
  private double last(String model, ToDoubleFunction<Measured> value) {
    Measured measured = judged.get(model);
    return measured == null ? Double.NaN : value.applyAsDouble(measured);
  }

  /** The buffer's meters. */
  public BufferMetrics buffer() {
    return buffer;
  }

  @Override
  public void judged(@Nullable Judgement judgement) {
    Map<String, Measured> measured = new HashMap<>();
    if (judgement != null) {
      measured.put(CHALLENGER, Measured.of(judgement.challenger()));
      if (judgement.champion() != null) {
        measured.put(CHAMPION, Measured.of(judgement.champion()));
      }
    }
    judged = measured;
  }

  @Override
  public void epoch(@Nullable Epoch now) {
    epoch = now;
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
