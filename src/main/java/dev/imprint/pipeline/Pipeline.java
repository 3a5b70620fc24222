package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.model.Backbone;
import dev.imprint.model.CheckResult;
import dev.imprint.model.RetryPause;
import dev.imprint.model.ServingModel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.internals.StreamThread;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the topology until it is closed. If it fails, nothing of the failed batch has been
 * committed; it is started anew after a pause that doubles. {@link #check()} is DOWN with the cause
 * until it runs again or, if a batch had failed, until one has gone through.
 *
 * <p>One thread of its own starts and stops Kafka Streams; {@link #check()} and {@link #close()}
 * may be called from any. Whoever made it closes it.
 */
public final class Pipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

  /** How long an orderly stop waits for batches under way. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofMinutes(1);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /**
   * @param inBatch the model or the decoder failed, in this run or an earlier one, and no batch has
   *     gone through since
   */
  private record Failure(Throwable cause, boolean inBatch) {}

  private final PipelineFactory factory;
  private final PipelineMetrics metrics;
  private final Clock clock;
  private final ExecutorService decoding;
  private final KafkaPictureReader pictures;
  private final GroupImagesProgress progress;
  private final BatchTimes times;
  // Looks at the clock, so that pauses of the process show.
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "imprint-ticker"));
  private final CountDownLatch closing = new CountDownLatch(1);
  // Released when there is something to look at: a failure, or the wish to close.
  private final Semaphore wake = new Semaphore(0);
  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
  private final Thread supervisor = new Thread(this::supervise, "imprint-pipeline");
  private volatile @Nullable KafkaStreams streams;
  private volatile boolean started;
  private final RetryPause pause = new RetryPause(FIRST_PAUSE, LONGEST_PAUSE);

  /**
   * @param backbones all that a model may come with; they stay the caller's to close, after this
   * @param models gives what serves now; asked once a batch
   */
  public Pipeline(
      PipelineConfig config,
      Clients clients,
      List<Backbone> backbones,
      Supplier<ServingModel> models,
      PipelineMetrics metrics,
      Clock clock) {
    this.metrics = metrics;
    this.clock = clock;
    this.decoding = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    this.pictures = new KafkaPictureReader(clients, config.topics().images());
    this.progress =
        new GroupImagesProgress(clients, config.topics(), config.applicationId(), clock);
    RunningClock running = new RunningClock(System::nanoTime);
    this.times = new BatchTimes(running);
    this.factory =
        new PipelineFactory(
            config, clients, backbones, models, decoding, pictures, progress, times, running);
    long tick = RunningClock.TICK.toMillis();
    var unused = ticker.scheduleWithFixedDelay(running::tick, tick, tick, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Starts to work, in the background. */
  public void start() {
    progress.start();
    supervisor.start();
  }

  /**
   * A prediction came out: what failed before is over.
   *
   * @param before the failure that stood when this run began; a later one is not over
   */
  private void predicted(@Nullable Failure before) {
    started = true; // though other threads may still be joining
    recovered(before);
    if (failure.get() == null) {
      pause.worked();
    }
  }

  private void fail(Throwable cause, boolean inBatch) {
    failure.updateAndGet(last -> new Failure(cause, inBatch || (last != null && last.inBatch())));
  }

  private void recovered(@Nullable Failure before) {
    if (before != null && failure.compareAndSet(before, null)) {
      LOG.info("The pipeline is running again");
    }
  }

  public CheckResult check() {
    CheckResult supervised = checkSupervisor();
    if (supervised.restartHelps()) {
      return supervised;
    }
    Failure failed = failure.get();
    KafkaStreams current = streams;
    if (failed != null) {
      return CheckResult.down(
          "stopped by a failure, nothing is lost, retrying within %d s: %s"
              .formatted(LONGEST_PAUSE.toSeconds(), rootCause(failed.cause())));
    }
    if (current == null || !started) {
      return CheckResult.down("starting");
    }
    if (!current.state().isRunningOrRebalancing()) {
      return CheckResult.down("Kafka Streams is " + current.state());
    }
    return Clients.isConnected(current.metrics())
        ? CheckResult.UP
        : CheckResult.down("no connection to Kafka; waiting for it, nothing is lost");
  }

  /** DOWN, for good, if what restarts the pipeline has died, or waits for a model that hangs. */
  public CheckResult checkSupervisor() {
    if (closing.getCount() == 0) {
      return CheckResult.UP;
    }
    Duration batch = times.longestUnderWay();
    if (batch.compareTo(StreamsSettings.MAX_TRANSACTION_TIMEOUT) > 0) {
      return CheckResult.down("the model has been hanging for %d s".formatted(batch.toSeconds()))
          .untilRestart();
    }
    if (supervisor.getState() != Thread.State.TERMINATED) {
      return CheckResult.UP;
    }
    Failure last = failure.get();
    return CheckResult.down(
            "the pipeline's supervisor has died: "
                + (last == null ? "interrupted" : rootCause(last.cause())))
        .untilRestart();
  }

  @Override
  public void close() {
    closing.countDown();
    wake.release();
    try {
      supervisor.join(CLOSE_TIMEOUT.plusSeconds(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    decoding.shutdown();
    ticker.shutdown();
    pictures.close();
    progress.close();
  }

  private void supervise() {
    try {
      while (closing.getCount() > 0) {
        attempt();
        if (closing.getCount() > 0) {
          Duration now = pause.failed();
          LOG.warn("Restarting the pipeline in {} s", now.toSeconds());
          closing.await(now.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      LOG.error("The pipeline's supervisor was interrupted and stops", e);
    } catch (Error e) {
      fail(e, false);
      LOG.error("The pipeline's supervisor has stopped", e);
      throw e;
    }
  }

  private void attempt() throws InterruptedException {
    try {
      runUntilFailureOrClose();
    } catch (RuntimeException e) { // a setting that Kafka refuses, a server that is not there
      fail(e, false);
      LOG.error("The pipeline cannot run", e);
    } finally {
      streams = null;
    }
  }

  private void runUntilFailureOrClose() throws InterruptedException {
    AtomicBoolean failed = new AtomicBoolean();
    AtomicBoolean batchFailed = new AtomicBoolean();
    Failure before = failure.get();
    started = false;
    KafkaStreams current =
        factory.create(metrics, clock, () -> predicted(before), () -> batchFailed.set(true));
    run(current, before, batchFailed, failed);
    while (!failed.get() && closing.getCount() > 0) {
      wake.acquire();
    }
    stop(current);
  }

  /** Waits as long as it takes, unless the service itself ends: Kafka may be away for hours. */
  private void stop(KafkaStreams current) {
    // Members that stay in the group keep their partitions until their session times out.
    CloseOptions leaving =
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP);
    while (!current.close(leaving) && closing.getCount() > 0) {
      LOG.warn(
          "Kafka Streams has not stopped after another {} s: Kafka is unreachable, or the model"
              + " hangs",
          CLOSE_TIMEOUT.toSeconds());
    }
  }

  private void run(
      KafkaStreams current,
      @Nullable Failure before,
      AtomicBoolean batchFailed,
      AtomicBoolean failed) {
    CountDownLatch stopping = new CountDownLatch(1);
    current.setStateListener(
        (now, previous) -> {
          if (now == KafkaStreams.State.RUNNING) {
            started = true;
            if (before != null && !before.inBatch()) {
              recovered(before);
            }
          } else if (now == KafkaStreams.State.PENDING_SHUTDOWN) {
            stopping.countDown();
          } else if (now.hasCompletedShutdown()
              && closing.getCount() > 0
              && failed.compareAndSet(false, true)) {
            fail(new IllegalStateException("Kafka Streams stopped unexpectedly"), false);
            wake.release();
          }
        });
    current.setUncaughtExceptionHandler(
        exception -> {
          failed.set(true);
          fail(exception, batchFailed.get());
          LOG.error("The pipeline failed; nothing from its batch was committed", exception);
          wake.release();
          return leaveGroup(stopping);
        });
    boolean running = false;
    try {
      metrics.started(current);
      streams = current;
      current.start();
      running = true;
    } finally {
      if (!running) {
        failed.set(true); // the exception says why; its end is no failure of its own
        streams = null;
        current.close(CLOSE_TIMEOUT);
      }
    }
  }

  /**
   * Runs in the failed stream thread. Lets the supervisor's orderly close come first, since Kafka
   * Streams' own shutdown after a failure stays in the group.
   */
  private StreamThreadExceptionResponse leaveGroup(CountDownLatch stopping) {
    try {
      stopping.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (Thread.currentThread() instanceof StreamThread thread) {
      thread.shutdown(GroupMembershipOperation.LEAVE_GROUP);
    }
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
