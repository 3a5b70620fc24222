package dev.imprint.pipeline;

import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A direct classifier of a model that says whether a number is odd, for tests. */
public final class DirectClassifiers {
  private DirectClassifiers() {}

  /**
   * @param before runs before each batch with its size; may throw or block
   */
  public static ServingModel model(Consumer<Integer> before) {
    return ParityModel.serving(new ParityModel(batch -> before.accept(batch.size())));
  }

  /** The caller closes it. */
  public static DirectClassifier of(ServingModel model) {
    return of(model, nanos -> {}, PipelineMetrics.NOOP);
  }

  static DirectClassifier of(ServingModel model, LongConsumer rest, PipelineMetrics metrics) {
    ImageClassifier classifier =
        new ImageClassifier(
            () -> Lease.of(model),
            Executors.newFixedThreadPool(2, DirectClassifiers::daemon),
            ServingConfig.DEFAULTS,
            PipelineMetrics.NOOP,
            Clock.systemUTC(),
            SamplingConfig.DEFAULTS);
    return new DirectClassifier(classifier, ServingConfig.DEFAULTS.maxBatch(), rest, metrics);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "test-decoding");
    thread.setDaemon(true);
    return thread;
  }
}
