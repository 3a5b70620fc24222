package dev.imprint.rollout;

import dev.imprint.event.HeadFile;
import dev.imprint.model.CheckResult;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.Lineup;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.model.serving.ServingModels;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the rollout on one instance: reads the topic {@code models} to its end, loads the version
 * that should serve, and swaps it when another one is rolled out. A version that cannot be loaded,
 * or a lost connection to Kafka, never interrupts serving.
 *
 * <p>A thread of its own reads, loads and swaps; all public methods are thread-safe. The creator
 * must close it, after those who borrow from it.
 */
public final class ModelFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);

  private static final Duration POLL = Duration.ofMillis(500);
  // A version that could not be loaded may be repaired without a record on the models topic.
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ModelStore store;
  private final ServingChoice choice;
  private final RolloutMetrics metrics;
  private final Consumer<ServingModel> listener;
  private final Thread thread = new Thread(this::follow, "imprint-models");
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ServingModels lent = new ServingModels();
  private volatile Models models = Models.EMPTY;
  private LabelChanges labelChanges = LabelChanges.NONE; // of the model that serves
  private @Nullable PrecisionChoice precision; // likewise
  private volatile @Nullable String problem = "reading the models topic";
  private volatile @Nullable String trouble; // with Kafka

  /**
   * @param backbones each version is served with the one that it was trained on
   * @param initial head that serves until something is rolled out; null for none
   * @param config for its pin
   * @param listener called with each model once it has begun to serve, including the first one, on
   *     the follower's thread; must not throw
   */
  public ModelFollower(
      ModelStore store,
      Backbones backbones,
      @Nullable HeadFile initial,
      RolloutConfig config,
      RolloutMetrics metrics,
      Consumer<ServingModel> listener) {
    this.store = store;
    this.choice = new ServingChoice(backbones, initial, config.pin());
    this.metrics = metrics;
    this.listener = listener;
  }

  /** Starts following, in the background. */
  public void start() {
    thread.start();
  }

  /**
   * Lends the serving model, for one batch.
   *
   * @throws IllegalStateException before the first model is loaded
   */
  public Lease borrow() {
    Lease lease = lent.tryBorrow();
    if (lease == null) {
      throw new IllegalStateException("no model serves yet: " + problem);
    }
    return lease;
  }

  /** The same; null before the first model is loaded. */
  public @Nullable Lease tryBorrow() {
    return lent.tryBorrow();
  }

  /** The serving model, to look at rather than to call; null until there is one. */
  public @Nullable ServingModel serving() {
    return lent.serving();
  }

  /** As far as this instance has read; empty until it has read to the end once. */
  public Models models() {
    return models;
  }

  /**
   * DOWN until a model serves; then DEGRADED while a pending swap does not succeed. Permanent if
   * the follower's thread has died.
   */
  public CheckResult check() {
    boolean died = thread.getState() == Thread.State.TERMINATED && closing.getCount() > 0;
    ServingModel now = lent.serving();
    String wrong = problem;
    if (died) {
      wrong = "stopped following the models topic: " + wrong;
    } else if (wrong == null) {
      wrong = trouble;
    }
    if (now != null && wrong == null) {
      return CheckResult.UP;
    }
    CheckResult check =
        now == null
            ? CheckResult.down(String.valueOf(wrong))
            : CheckResult.degraded("%s is still serving, but: %s".formatted(now.version(), wrong));
    return died ? check.untilRestart() : check;
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lent.close();
  }

  private void follow() {
    try {
      while (closing.getCount() > 0) {
        followUntilFailure();
        closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      problem = "interrupted"; // by close(), which does not check any more
      LOG.debug("Stopped following the models topic", e);
    } catch (Error e) {
      problem = e.toString(); // reported by health
      LOG.error("Stopped following the models topic after an error", e);
      throw e;
    }
  }

  private void followUntilFailure() {
    try (ModelsReader reader = new ModelsReader(store.clients(), store.topics());
        ArtifactReader artifacts = store.artifacts()) {
      followUntilInterrupted(reader, artifacts);
    } catch (InterruptException e) {
      LOG.debug("Interrupted, and still so: the thread ends", e);
    } catch (RuntimeException e) {
      problem = "cannot follow the models topic, retrying every second: " + e.getMessage();
      LOG.warn("Cannot follow the models topic; retrying", e);
    }
  }

  private void followUntilInterrupted(ModelsReader reader, ArtifactReader artifacts) {
    update(reader.readToEnd(), artifacts);
    while (true) {
      boolean news = reader.poll(problem == null ? POLL : RETRY);
      trouble = reader.trouble();
      if (news || problem != null) {
        update(reader.models(), artifacts);
      }
    }
  }

  /**
   * Makes the right version serve; if it cannot be loaded, that is a problem, and nothing changes.
   */
  void update(Models now, ArtifactReader artifacts) {
    models = now;
    try {
      String version = choice.version(now);
      if (!isServing(version)
          || !now.labelChanges().equals(labelChanges)
          || !Objects.equals(now.precision(), precision)) {
        long start = System.nanoTime();
        swap(choice.load(version, now, artifacts, lent.serving()), start);
        labelChanges = now.labelChanges();
        precision = now.precision();
      }
      problem = now.labelsProblem();
    } catch (IOException e) {
      String cause = String.valueOf(e.getMessage());
      if (!cause.equals(problem)) {
        LOG.warn("The version that should be serving is not: {}", cause);
      }
      problem = cause;
    }
  }

  private void swap(ServingModel next, long start) {
    ServingModel before = lent.serving();
    lent.serve(Lineup.of(next));
    if (before != null && before.version().equals(next.version())) {
      LOG.info(
          "{} still serves, now in {}: {}",
          next.version(),
          next.backbone().precision(),
          next.head());
    } else if (before != null) {
      metrics.swapped(Duration.ofNanos(System.nanoTime() - start));
      LOG.info("{} replaces {}", next.version(), before.version());
    } else {
      LOG.info("{} serves", next.version());
    }
    metrics.serving(next);
    listener.accept(next);
  }

  boolean isServing(String version) {
    ServingModel now = lent.serving();
    return now != null && now.version().equals(version);
  }
}
