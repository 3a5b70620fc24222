package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.model.CheckResult;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.pipeline.learning.FeedbackPace;
import dev.imprint.pipeline.learning.GroupImagesProgress;
import dev.imprint.pipeline.learning.KafkaPictureReader;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serving and learning: two parts, each with its own Kafka Streams and {@link Supervisor}, so that
 * feedback never delays images.
 *
 * <p>Thread-safe. The creator must close it.
 */
public final class Pipeline implements AutoCloseable {
  private final ExecutorService decoding;
  private final KafkaPictureReader pictures;
  private final GroupImagesProgress progress;
  // Reads the clock, so that pauses of the process are noticed.
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "imprint-ticker"));
  private final RecentEmbeddings embeddings = new RecentEmbeddings();
  private final FeedbackPace pace;
  private final DirectClassifier direct;
  private final Supervisor serving;
  private final Supervisor learning;

  /**
   * @param backbones all that a model may use; the caller closes them, after this
   * @param models lends the serving model, for one batch at a time
   * @param labels their current names
   */
  public Pipeline(
      PipelineConfig config,
      Clients clients,
      List<Backbone> backbones,
      Supplier<Lease> models,
      Supplier<LabelChanges> labels,
      PipelineMetrics metrics,
      Clock clock) {
    this.decoding = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    this.pictures = new KafkaPictureReader(clients, config.topics().images());
    this.progress =
        new GroupImagesProgress(clients, config.topics(), config.applicationId(), clock);
    RunningClock running = new RunningClock(System::nanoTime);
    var context = new PipelineContext(config, clients, metrics, clock);
    BatchTimes times = new BatchTimes(running);
    this.serving =
        new Supervisor(
            new ServingFactory(context, backbones, models, embeddings, decoding, times, running),
            metrics);
    this.pace = FeedbackPace.whenever(times::isBusy);
    // Its batches are not the pipeline's, and are counted by themselves.
    ImageClassifier classifier =
        new ImageClassifier(
            models, decoding, config.serving(), PipelineMetrics.NOOP, clock, config.sampling());
    this.direct =
        new DirectClassifier(classifier, config.serving().maxBatch(), pace::standBack, metrics);
    this.learning =
        new Supervisor(
            new LearningFactory(context, models, labels, pictures, progress, pace), metrics);
    long tick = RunningClock.TICK.toMillis();
    var unused = ticker.scheduleWithFixedDelay(running::tick, tick, tick, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Starts working, in the background. */
  public void start() {
    progress.start();
    serving.start();
    learning.start();
  }

  /** Of the pictures that this instance classified lately. */
  public RecentEmbeddings embeddings() {
    return embeddings;
  }

  /** For callers who wait; closed with the pipeline. */
  public DirectClassifier direct() {
    return direct;
  }

  /** For work that can wait: blocks while images are being classified, for at most this long. */
  public void standBack(Duration longest) {
    pace.standBack(longest.toNanos());
  }

  public CheckResult check(PipelinePart part) {
    return switch (part) {
      case SERVING -> serving.check();
      case LEARNING -> learning.check();
    };
  }

  @Override
  public void close() {
    direct.close();
    learning.stop(); // so that both end at once
    serving.close();
    learning.close();
    decoding.shutdown();
    ticker.shutdown();
    pictures.close();
    progress.close();
  }
}
