package dev.imprint.buffer;

import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.buffer.cache.EmbeddingCaches;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.CheckResult;
import dev.imprint.model.RetryPause;
import dev.imprint.model.labels.LabelChanges;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All the examples to learn from: follows labels and pictures of all partitions from the beginning,
 * embeds new pictures, and holds the embeddings in memory.
 *
 * <p>A thread of its own reads, embeds and writes; it publishes immutable {@link BufferSnapshot}s,
 * and all public methods are thread-safe. A failure never ends it: health is DEGRADED with the
 * cause, and it retries after a pause that doubles, up to 30 s. The creator must close it, before
 * the backbone.
 *
 * <p>Memory: 2 bytes per number of an embedding, plus about 1 KB per image; 3,000 examples on
 * EfficientNet-Lite0 take 22 MB, {@code buffer.max_examples} of 50,000 take 375 MB of heap.
 */
public final class Buffer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Buffer.class);

  private static final Duration IDLE = Duration.ofMillis(500);
  private static final long PUBLISH_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long CLOSE_TIMEOUT_MS = 60_000;

  private final BufferConfig config;
  private final Clients clients;
  private final Topics topics;
  private final EmbeddingSource source;
  private final PictureCopies copies;
  private final BufferMetrics metrics;
  private final BufferPictures pictures;
  private final Thread thread = new Thread(this::run, "imprint-buffer");
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Queue<CatchUp> waiting = new ConcurrentLinkedQueue<>();
  private final RetryPause pauses = new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(30));
  private volatile BufferSnapshot snapshot = BufferSnapshot.EMPTY;
  private volatile LabelChanges changes = LabelChanges.NONE;
  private volatile CheckResult state = CheckResult.degraded("the buffer has not started");
  private volatile boolean caughtUp;
  private volatile int pending;
  private volatile @Nullable RecentImages recent;
  // Null until the thread has opened them, which is before any example is visible.
  private volatile @Nullable EmbeddingCaches caches;

  /** Without copies of pictures elsewhere. */
  public Buffer(
      BufferConfig config,
      Clients clients,
      Topics topics,
      EmbeddingSource source,
      BufferMetrics metrics) {
    this(config, clients, topics, source, PictureCopies.NONE, metrics);
  }

  @SuppressWarnings("ThreadPriorityCheck") // a hint; nothing relies on it
  public Buffer(
      BufferConfig config,
      Clients clients,
      Topics topics,
      EmbeddingSource source,
      PictureCopies copies,
      BufferMetrics metrics) {
    this.config = config;
    this.clients = clients;
    this.topics = topics;
    this.source = source;
    this.copies = copies;
    this.metrics = metrics;
    this.pictures =
        new BufferPictures(
            new ReadBack(config, clients, topics, metrics),
            source.backbone(),
            this::snapshot,
            () -> Objects.requireNonNull(caches, "not started"));
    // Serving comes first; on systems without thread priorities, batch size and pause ensure that.
    thread.setPriority(Thread.MIN_PRIORITY);
    thread.setDaemon(true);
  }

  /** Starts following, in the background. */
  public void start() {
    thread.start();
  }

  /** The examples to learn from; empty until it has caught up for the first time. */
  public BufferSnapshot snapshot() {
    return snapshot;
  }

  /** Tombstones for the examples over {@code buffer.max_per_label}; see {@link BufferSnapshot}. */
  public List<ProducerRecord<byte[], byte[]>> tombstones(
      Predicate<Example> training, LabelChanges changes) {
    return snapshot.under(changes).tombstones(topics, training, config.maxPerLabel());
  }

  /** From now on, {@link #snapshot()} has labels as they are called now. */
  public void relabel(LabelChanges next) {
    changes = next;
  }

  /** Whether everything that was on the topics at the start is embedded. */
  public boolean caughtUp() {
    return caughtUp;
  }

  /**
   * Waits until everything committed to the topics so far is part of {@link #snapshot()}.
   *
   * @param patience time within which the number of waiting pictures must decrease
   * @param progress receives the number of pictures waiting to be embedded, every few seconds
   * @return false if patience has run out, or the buffer closes
   */
  public boolean awaitCaughtUp(Duration patience, IntConsumer progress)
      throws InterruptedException {
    CatchUp catchUp = new CatchUp(System::nanoTime);
    waiting.add(catchUp);
    if (closing.getCount() == 0) {
      catchUp.done().complete(false); // the thread may have made its last check
    }
    try {
      return catchUp.await(patience, () -> pending, progress);
    } finally {
      waiting.remove(catchUp);
    }
  }

  /** Its examples' pictures, to be read back or embedded again. */
  public BufferPictures pictures() {
    return pictures;
  }

  /** Recent images without labels, embedded so far; see {@code buffer.unlabelled}. */
  public List<UnlabelledPicture> unlabelled() {
    return recent == null ? List.of() : recent.pictures();
  }

  public CheckResult check() {
    return state;
  }

  @Override
  public void close() {
    closing.countDown();
    waiting.forEach(catchUp -> catchUp.done().complete(false));
    try {
      thread.join(CLOSE_TIMEOUT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("The buffer has not stopped after {} s", CLOSE_TIMEOUT_MS / 1000);
    }
    metrics.holds(BufferSnapshot.EMPTY); // another instance may lead from now on
    metrics.waiting(0);
  }

  private void run() {
    state = CheckResult.degraded("reading the buffer");
    try (EmbeddingCaches all = EmbeddingCaches.open(source, config.cacheEntries())) {
      caches = all;
      while (closing.getCount() > 0) {
        try {
          new Following(all).run();
        } catch (RuntimeException e) { // Kafka, or a bug: start over from the beginning
          caughtUp = false;
          waiting.forEach(CatchUp::startAnew);
          Duration pause = failed("will be read again from the beginning", e);
          closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      state = CheckResult.down("the buffer was interrupted").untilRestart();
      LOG.error("The buffer was interrupted and stops", e);
    } catch (Error | RuntimeException e) {
      state = CheckResult.down("the buffer has died: " + e).untilRestart();
      LOG.error("The buffer has stopped", e);
      throw e;
    }
  }

  /** Reports the failure; returns the pause that is due. */
  private Duration failed(String what, RuntimeException e) {
    Duration pause = pauses.failed();
    long seconds = pause.toSeconds();
    state =
        CheckResult.degraded("the buffer failed and %s in %d s: %s".formatted(what, seconds, e));
    LOG.warn("The buffer failed and {} in {} s", what, seconds, e);
    return pause;
  }

  /** One pass from the beginning of the topics to a failure or the end. */
  private final class Following {
    private final EmbeddingCaches all;
    private final EmbeddingCache cache;
    private final BufferIndex index = new BufferIndex(config.maxExamples());
    private final CatchUp start = new CatchUp(System::nanoTime);
    private final long startedAt = System.nanoTime();
    private long nextBatchAt = startedAt;
    private long publishedAt = startedAt;
    private long published = -1;
    private LabelChanges publishedUnder = LabelChanges.NONE;
    private boolean modelFails;

    Following(EmbeddingCaches all) {
      this.all = all;
      this.cache = all.of(source.backbone());
    }

    void run() {
      Embedder embedder = new Embedder(source.backbone(), cache, metrics);
      try (RecentImages images =
              new RecentImages(
                  clients,
                  topics.images(),
                  source.backbone(),
                  config.unlabelled(),
                  System::nanoTime);
          BufferFollower follower =
              new BufferFollower(clients, topics, index, images::forgotten, metrics);
          StoredPictures pictures =
              new StoredPictures(clients, topics.pictures(), config.embedBatch())) {
        recent = images;
        Map<TopicPartition, Long> ends = follower.ends();
        start.ends(ends);
        boolean indexed = false;
        while (closing.getCount() > 0) {
          follower.poll(untilNextBatch(indexed));
          // Not earlier: a later record may replace the picture, or delete it.
          indexed = indexed || follower.passed(ends);
          if (indexed) {
            if (System.nanoTime() >= nextBatchAt) {
              embed(embedder, pictures);
            }
            answer(follower);
            if (caughtUp && index.pendingCount() == 0 && config.unlabelled() > 0) {
              images.embedSome(config.embedBatch());
            }
          }
          pending = index.pendingCount();
          metrics.waiting(pending);
          if (!modelFails) {
            state =
                BufferCondition.of(index, config, follower.trouble(), caughtUp ? snapshot : null);
          }
        }
      }
    }

    private Duration untilNextBatch(boolean indexed) {
      if (!indexed || index.pendingCount() == 0 || index.isFull()) {
        return IDLE;
      }
      long nanos = Math.max(0, nextBatchAt - System.nanoTime());
      return Duration.ofNanos(Math.min(nanos, IDLE.toNanos()));
    }

    private void embed(Embedder embedder, StoredPictures pictures) {
      try {
        int embedded = embedder.embed(index, pictures, config.embedBatch());
        if (embedded > 0 || index.pendingCount() == 0) {
          modelFails = false;
          pauses.worked();
        }
        if (embedded > 0) {
          nextBatchAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.embedPauseMs());
        }
      } catch (KafkaException e) { // not the model: start over
        throw e;
      } catch (RuntimeException e) { // the device or the network; continue to follow the labels
        modelFails = true;
        nextBatchAt = System.nanoTime() + failed("will embed again", e).toNanos();
      }
      if (cache.needsCleaning()) {
        cache.retain(index.digests(), source.recipe());
      }
    }

    private void answer(BufferFollower follower) {
      if (!caughtUp && start.reached(follower, index)) {
        all.retain(index.digests());
        copies.retain(index.digests());
        publish();
        caughtUp = true;
        LOG.info(
            "The buffer holds {} examples, read and embedded in {} s",
            snapshot.examples().size(),
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt));
      }
      for (CatchUp catchUp : waiting) {
        if (catchUp.reached(follower, index)) {
          publish();
          catchUp.done().complete(true);
        }
      }
      if (caughtUp) {
        Set<String> dropped = index.takeDropped();
        if (!dropped.isEmpty()) {
          publish(); // first: seenBy() caches embeddings, then checks the snapshot
          all.remove(dropped);
          copies.remove(dropped);
        }
      }
      // Half of the buffer is of no use; until it is complete, the last snapshot stays.
      if (caughtUp && System.nanoTime() - publishedAt >= PUBLISH_EVERY_NS) {
        publish();
      }
    }

    private void publish() {
      LabelChanges now = changes;
      if (index.changes() != published || !now.equals(publishedUnder)) {
        published = index.changes();
        publishedUnder = now;
        snapshot = index.snapshot(config.maxLabels()).under(now);
        metrics.holds(snapshot);
      }
      publishedAt = System.nanoTime();
    }
  }
}
