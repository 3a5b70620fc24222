package dev.imprint.pipeline;

import dev.imprint.model.CheckResult;
import dev.imprint.model.RetryPause;
import dev.imprint.pipeline.PartState.Closed;
import dev.imprint.pipeline.PartState.Dead;
import dev.imprint.pipeline.PartState.Failed;
import dev.imprint.pipeline.PartState.Held;
import dev.imprint.pipeline.PartState.Running;
import dev.imprint.pipeline.PartState.Starting;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one part until it is closed. If it fails, none of the failed work has been committed; it is
 * restarted after a pause that doubles each time. {@link #check()} is DOWN with the cause until it
 * runs again or, if processing had failed, until some work has succeeded.
 *
 * <p>A thread of its own starts and stops Kafka Streams; the other methods are thread-safe. The
 * creator must close it.
 */
final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  /** How long an orderly stop waits for running work. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofMinutes(1);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** Interval for checking whether it still cannot start. */
  private static final Duration HELD_PAUSE = Duration.ofMillis(200);

  private final StreamsFactory factory;
  private final PipelineMetrics metrics;
  private final RetryPause pause = new RetryPause(FIRST_PAUSE, PartState.LONGEST_PAUSE);
  private final Thread thread;
  private PartState state = new Starting(null); // guarded by this

  Supervisor(StreamsFactory factory, PipelineMetrics metrics) {
    this.factory = factory;
    this.metrics = metrics;
    this.thread = new Thread(this::supervise, "imprint-" + name());
  }

  private String name() {
    return factory.part().tag();
  }

  void start() {
    thread.start();
  }

  CheckResult check() {
    PartState now = state();
    String hangs = factory.hangs();
    return hangs == null || now instanceof Closed
        ? now.check()
        : CheckResult.down(hangs).untilRestart();
  }

  /** Initiates the end without waiting for it. */
  void stop() {
    to(now -> new Closed());
  }

  @Override
  public void close() {
    stop();
    try {
      thread.join(CLOSE_TIMEOUT.plusSeconds(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized PartState state() {
    return state;
  }

  private boolean isClosed() {
    return state() instanceof Closed;
  }

  private synchronized PartState to(UnaryOperator<PartState> step) {
    PartState before = state;
    state = step.apply(before);
    if (before instanceof Starting again && again.before() != null && state instanceof Running) {
      LOG.info("{} is running again", name());
    }
    notifyAll();
    return state;
  }

  private synchronized void await(Predicate<PartState> wanted) throws InterruptedException {
    while (!wanted.test(state)) {
      wait();
    }
  }

  /** Returns early when it is closed. */
  private synchronized void pause(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0 && !(state instanceof Closed); ) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
  }

  private void supervise() {
    try {
      while (!isClosed()) {
        String held = factory.held();
        if (held == null) {
          attempt();
        } else {
          to(now -> now instanceof Closed ? now : new Held(held));
          pause(HELD_PAUSE);
        }
      }
    } catch (InterruptedException | RuntimeException e) {
      die(e);
    } catch (Error e) {
      die(e);
      throw e;
    }
  }

  private void die(Throwable cause) {
    LOG.error("The supervisor of {} has stopped", name(), cause);
    to(now -> now instanceof Closed ? now : new Dead(cause));
  }

  private void attempt() throws InterruptedException {
    to(
        now ->
            now instanceof Closed
                ? now
                : new Starting(now instanceof Failed before ? before : null));
    try {
      StreamsRun run = new StreamsRun();
      run.start();
      await(now -> now instanceof Failed || now instanceof Closed);
      run.stop();
    } catch (RuntimeException e) { // a setting that Kafka refuses, an unreachable server
      to(now -> now.failed(e, false));
      LOG.error("{} cannot run", name(), e);
    }
    if (!isClosed()) {
      Duration now = pause.failed();
      LOG.warn("Restarting {} in {} s", name(), now.toSeconds());
      pause(now);
    }
  }

  /** One Kafka Streams instance, from its start to its end. */
  private final class StreamsRun {
    // Per stream thread: others may continue to work before it reports the cause of its failure.
    private final ThreadLocal<Boolean> workFailed = ThreadLocal.withInitial(() -> false);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final KafkaStreams streams = factory.create(this::worked, () -> workFailed.set(true));

    private void worked() {
      workFailed.set(false);
      if (to(now -> now.worked(streams)) instanceof Running) {
        pause.worked();
      }
    }

    void start() {
      streams.setStateListener((now, previous) -> changed(now));
      streams.setUncaughtExceptionHandler(this::failed);
      try {
        metrics.started(factory.part(), streams);
        streams.start();
      } catch (RuntimeException | Error e) {
        to(now -> now.failed(e, false)); // before its end, which is no failure of its own
        streams.close(CLOSE_TIMEOUT);
        throw e;
      }
    }

    private void changed(KafkaStreams.State now) {
      if (now == KafkaStreams.State.RUNNING) {
        to(state -> state.runs(streams));
      } else if (now == KafkaStreams.State.PENDING_SHUTDOWN) {
        stopping.countDown();
      } else if (now.hasCompletedShutdown()) {
        to(PartState::ended);
      }
    }

    private StreamThreadExceptionResponse failed(Throwable exception) {
      LOG.error("{} failed; nothing from its last batch was committed", name(), exception);
      to(now -> now.failed(exception, workFailed.get()));
      return leaveGroup();
    }

    /**
     * Runs in the failed stream thread. Lets the supervisor's orderly close go first, since Kafka
     * Streams' own shutdown after a failure stays in the group.
     */
    private StreamThreadExceptionResponse leaveGroup() {
      try {
        stopping.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      StreamsInternals.leaveGroup();
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /**
     * Waits as long as it takes, unless the service itself is ending: Kafka may be away for hours.
     */
    void stop() {
      // Members that stay in the group keep their partitions until their session times out.
      CloseOptions leaving =
          CloseOptions.timeout(CLOSE_TIMEOUT)
              .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP);
      while (!streams.close(leaving) && !isClosed()) {
        LOG.warn(
            "{} has not stopped after another {} s: Kafka is unreachable, or the model hangs",
            name(),
            CLOSE_TIMEOUT.toSeconds());
      }
    }
  }
}
