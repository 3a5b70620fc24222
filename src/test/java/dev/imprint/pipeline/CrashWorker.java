package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * One instance in a separate JVM, to be killed: batches linger for 200 ms, and take 20 ms. Shuts
 * down in an orderly way on SIGTERM.
 */
public final class CrashWorker {
  private CrashWorker() {}

  /**
   * @param args bootstrap servers, topic prefix, state directory
   */
  public static void main(String[] args) throws InterruptedException {
    var model = ParityModel.serving(new ParityModel(batch -> LockSupport.parkNanos(20_000_000)));
    var config =
        new PipelineConfig(
            args[1] + "app",
            Path.of(args[2]),
            new Topics(args[1]),
            TestTopics.serving(200, 200, 1),
            PredictionsConfig.DEFAULTS,
            LearningConfig.DEFAULTS,
            SamplingConfig.DEFAULTS);
    var clients =
        new Clients(
            new KafkaConfig(
                args[0],
                Map.of(
                    "main.consumer.session.timeout.ms", "6000",
                    "main.consumer.heartbeat.interval.ms", "1000")));
    Pipeline pipeline =
        new Pipeline(
            config,
            clients,
            List.of(model.backbone()),
            () -> Lease.of(model),
            () -> LabelChanges.NONE,
            PipelineMetrics.NOOP,
            Clock.systemUTC());
    Runtime.getRuntime().addShutdownHook(new Thread(pipeline::close));
    pipeline.start();
    Thread.currentThread().join();
  }
}
