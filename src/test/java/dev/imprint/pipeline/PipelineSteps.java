package dev.imprint.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.model.Prediction;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline on a real broker, with a model that tells odd numbers from even ones. */
class PipelineSteps {
  @RegisterExtension static final BrokerExtension broker = new BrokerExtension();

  @TempDir Path state;

  /** Each number has exactly one prediction, and the right one. */
  static void awaitPredictions(TestTopics topics, int numbers) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(topics.predictions()).hasSizeGreaterThanOrEqualTo(numbers));
    assertThat(topics.predictions())
        .extracting(Prediction::imageId)
        .containsExactlyInAnyOrder(
            LongStream.range(0, numbers).mapToObj(Long::toString).toArray(String[]::new));
    assertThat(topics.predictions())
        .allSatisfy(
            p -> assertThat(p.label()).isEqualTo(ParityModel.label(Long.parseLong(p.imageId()))));
  }

  Pipeline start(TestTopics topics, Consumer<List<Pixels>> before) {
    return start(topics, before, ServingConfig.DEFAULTS);
  }

  Pipeline start(TestTopics topics, Consumer<List<Pixels>> before, ServingConfig serving) {
    return start(topics, before, serving, PipelineMetrics.NOOP);
  }

  Pipeline start(
      TestTopics topics,
      Consumer<List<Pixels>> before,
      ServingConfig serving,
      PipelineMetrics metrics) {
    Pipeline pipeline = pipeline(topics, before, serving, metrics);
    pipeline.start();
    return pipeline;
  }

  Pipeline pipeline(
      TestTopics topics,
      Consumer<List<Pixels>> before,
      ServingConfig serving,
      PipelineMetrics metrics) {
    var model = ParityModel.serving(new ParityModel(before));
    return pipeline(topics, () -> Lease.of(model), serving, metrics);
  }

  Pipeline pipeline(
      TestTopics topics, Supplier<Lease> models, ServingConfig serving, PipelineMetrics metrics) {
    var config =
        new PipelineConfig(
            broker.prefix() + "app",
            state,
            topics.topics,
            serving,
            PredictionsConfig.DEFAULTS,
            LearningConfig.DEFAULTS,
            SamplingConfig.DEFAULTS);
    return new Pipeline(
        config,
        topics.clients,
        List.of(models.get().serving().backbone()),
        models,
        () -> LabelChanges.NONE,
        metrics,
        Clock.systemUTC());
  }

  static String cause(Pipeline pipeline) {
    return String.valueOf(pipeline.check(PipelinePart.SERVING).cause());
  }
}
