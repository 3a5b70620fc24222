package dev.imprint.observability;

import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rejection;
import dev.imprint.model.Release;
import dev.imprint.model.head.Head;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.part.FeedbackResult;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import dev.imprint.rollout.RolloutMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * The service's own meters. Every counter starts at 0, so that a rate includes the first failure.
 * Also creates the {@link Binders}. Thread-safe; the creator must close it, after the pipeline.
 *
 * <p>Prometheus appends units and kinds: the timer {@code imprint.latency} comes out as {@code
 * imprint_latency_seconds_bucket}, {@code _sum} and {@code _count}.
 */
public final class Meters implements PipelineMetrics, RolloutMetrics, AutoCloseable {
  /** Buckets from below the lowest latency measured (10 ms) up to a service that hangs. */
  private static final Duration[] LATENCY =
      Stream.of(5, 10, 20, 35, 50, 75, 100, 150, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final Duration[] STAGE =
      Stream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final double[] CONFIDENCE = {10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 100};

  private static final double[] BATCH = {1, 2, 4, 8, 16, 32, 64, 128};

  private final MeterRegistry registry;
  private final String imagesTopic;
  private final Binders binders;
  private final MeterProvider<Counter> images;
  private final Counter recovered;
  private final MeterProvider<Counter> feedback;
  private final LiveAccuracyMeters liveAccuracy;
  private final PredictedLabels labels;
  private final DistributionSummary confidence;
  private final MeterProvider<Timer> stages;
  private final DistributionSummary batches;
  private final Timer latency;
  private final MeterProvider<Counter> inferences;
  private final Timer inferenceTime;
  private final Counter swaps;
  private final Timer swapTime;
  private final MeterProvider<Counter> restarts;
  private @Nullable Gauge modelInfo; // guarded by this
  private final Set<PipelinePart> begun =
      Collections.synchronizedSet(EnumSet.noneOf(PipelinePart.class));
  private volatile DoubleSupplier lag = () -> Double.NaN;

  /**
   * @param registry closed by the caller
   * @param imagesTopic the topic whose lag is shown
   */
  public Meters(MeterRegistry registry, String imagesTopic, MetricsConfig config) {
    this.registry = registry;
    registry.config().meterFilter(new KafkaMeters(config.kafka()));
    this.imagesTopic = imagesTopic;
    this.binders = new Binders(registry);
    images =
        Counter.builder("imprint.images")
            .description("Records of the images topic, by result.")
            .withRegistry(registry);
    recovered =
        Counter.builder("imprint.images.recovered")
            .description("Images recovered from a truncated file; also counted by result.")
            .register(registry);
    feedback =
        Counter.builder("imprint.feedback")
            .description("Records of the feedback topic, by result.")
            .withRegistry(registry);
    liveAccuracy = new LiveAccuracyMeters(registry);
    labels = new PredictedLabels(registry);
    confidence =
        DistributionSummary.builder("imprint.confidence")
            .description("Confidence of the top label; not recorded without a head.")
            .baseUnit("percent")
            .scale(100) // Micrometer's buckets take only whole numbers
            .serviceLevelObjectives(CONFIDENCE)
            .register(registry);
    stages =
        Timer.builder("imprint.stage")
            .description("Time that a stage took for a whole batch.")
            .serviceLevelObjectives(STAGE)
            .withRegistry(registry);
    batches =
        DistributionSummary.builder("imprint.batch.size")
            .description("Images per batch.")
            .serviceLevelObjectives(BATCH)
            .register(registry);
    latency =
        Timer.builder("imprint.latency")
            .description("Time from the timestamp of an image's record to its prediction.")
            .serviceLevelObjectives(LATENCY)
            .register(registry);
    inferences =
        Counter.builder("imprint.inferences")
            .description("Pictures sent to /v2/models (Open Inference Protocol), by result.")
            .withRegistry(registry);
    inferenceTime =
        Timer.builder("imprint.inference")
            .description("Time that callers of /v2/models waited for an answer.")
            .serviceLevelObjectives(LATENCY)
            .register(registry);
    swaps =
        Counter.builder("imprint.swaps")
            .description("Number of times that one model replaced another.")
            .register(registry);
    swapTime =
        Timer.builder("imprint.swap")
            .description("Time from reading a rollout to serving its version.")
            .serviceLevelObjectives(STAGE)
            .register(registry);
    restarts =
        Counter.builder("imprint.pipeline.restarts")
            .description(
                "Number of times that a part of the pipeline was restarted after a failure.")
            .withRegistry(registry);
    Gauge.builder("imprint.build.info", () -> 1)
        .description("Always 1; the running release is in the tag.")
        .tag("version", Release.VERSION)
        .register(registry);
    Gauge.builder("imprint.lag.records", () -> lag.getAsDouble())
        .description("Images waiting on the partitions of this instance.")
        .register(registry);
    images("predicted");
    images("unlabelled");
    Rejection.ofImages().forEach(reason -> images(reason.tag()));
    inferences("predicted");
    inferences("unlabelled");
    inferences(UNANSWERED);
    Rejection.ofImages().forEach(reason -> inferences(reason.tag()));
    Rejection.ofFeedback().forEach(reason -> feedback(reason.tag()));
    Stream.of(FeedbackResult.values()).forEach(result -> feedback(result.tag()));
    Stream.of(Stage.values()).forEach(this::timer);
    Stream.of(PipelinePart.values()).forEach(this::restarts);
  }

  @Override
  public void predicted(Prediction prediction, Duration latency) {
    String label = prediction.label();
    images(label == null ? "unlabelled" : "predicted").increment();
    if (label != null) {
      labels.count(label);
    }
    if (prediction.confidence() > 0) {
      confidence.record(prediction.confidence());
    }
    liveAccuracy.predicted(prediction);
    this.latency.record(latency);
  }

  @Override
  public void recovered() {
    recovered.increment();
  }

  @Override
  public void rejected(Rejection reason) {
    images(reason.tag()).increment();
  }

  @Override
  public void feedback(FeedbackResult result) {
    feedback(result.tag()).increment();
  }

  @Override
  public void feedbackRejected(Rejection reason) {
    feedback(reason.tag()).increment();
  }

  @Override
  public void outcome(Outcome outcome) {
    liveAccuracy.judged(outcome);
  }

  @Override
  public void batch(int size) {
    batches.record(size);
  }

  @Override
  public void stage(Stage stage, Duration time) {
    timer(stage).record(time);
  }

  @Override
  public void answered(String outcome, Duration time) {
    inferences(outcome).increment();
    inferenceTime.record(time);
  }

  private Counter inferences(String outcome) {
    return inferences.withTag("outcome", outcome);
  }

  private Counter images(String outcome) {
    return images.withTag("outcome", outcome);
  }

  private Counter feedback(String outcome) {
    return feedback.withTag("outcome", outcome);
  }

  private Counter restarts(PipelinePart part) {
    return restarts.withTag("part", part.tag());
  }

  private Timer timer(Stage stage) {
    return stages.withTag("stage", stage.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void swapped(Duration time) {
    swaps.increment();
    swapTime.record(time);
  }

  /** Exposes the model that serves from now on, and removes the previous one's meter. */
  @Override
  public synchronized void serving(ServingModel model) {
    Head head = model.head();
    labels.learned(head == null ? List.of() : head.labels());
    if (modelInfo != null) {
      registry.remove(modelInfo);
    }
    modelInfo =
        Gauge.builder("imprint.model.info", () -> 1)
            .description("Always 1; the serving model is in the tags.")
            .tags(Tags.of("version", model.version(), "backbone", model.backbone().id()))
            .register(registry);
  }

  @Override
  public void started(PipelinePart part, KafkaStreams streams) {
    if (!begun.add(part)) {
      restarts(part).increment();
    }
    if (part == PipelinePart.SERVING) {
      lag = new ConsumerLag(imagesTopic, streams);
    }
    binders.kafka(part, streams);
  }

  @Override
  public void close() {
    binders.close();
  }
}
