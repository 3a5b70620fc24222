package dev.imprint.pipeline.learning;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the offsets that all instances together have committed with the ends of the topics at
 * some moment: of the images, of their predictions, and of the predictions on their way to the
 * feedback. So it does not depend on record timestamps, on which instance reads the records, or on
 * whether that instance is running.
 *
 * <p>A separate thread polls Kafka while there have been recent calls of {@link #readUntil()},
 * which any thread may call. The creator must close it.
 */
public final class GroupImagesProgress implements ImagesProgress, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupImagesProgress.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration ASKED_LATELY = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Clients clients;
  private final Topics topics;
  private final String applicationId;
  private final Clock clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "imprint-images-progress");
  private volatile long askedAt = System.nanoTime() - ASKED_LATELY.toNanos();
  private volatile long readUntil = Long.MIN_VALUE;

  public GroupImagesProgress(Clients clients, Topics topics, String applicationId, Clock clock) {
    this.clients = clients;
    this.topics = topics;
    this.applicationId = applicationId;
    this.clock = clock;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  @Override
  public long readUntil() {
    askedAt = System.nanoTime();
    return readUntil;
  }

  private void run() {
    try {
      while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        if (isAsked()) {
          follow();
        }
      }
    } catch (InterruptedException e) {
      LOG.info("Interrupted; feedback that is waiting for an image keeps waiting");
    }
  }

  /** Returns when there are no more calls, or Kafka fails. */
  private void follow() throws InterruptedException {
    try (Admin admin = clients.admin();
        Consumer<byte[], byte[]> consumer = GroupProgress.consumer(clients)) {
      Moment moment = new Moment(GroupStage.ofImages(consumer, admin, topics, applicationId));
      while (isAsked() && !closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        moment.look();
      }
    } catch (RuntimeException e) { // retried whatever it is: feedback waits meanwhile
      LOG.warn(
          "Cannot tell how far images have been read; feedback keeps waiting for them: {}",
          e.toString());
      closing.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private boolean isAsked() {
    return System.nanoTime() - askedAt < ASKED_LATELY.toNanos();
  }

  /**
   * Waits until everything that had arrived by some moment has been read, then takes the next
   * moment.
   */
  private final class Moment {
    private final List<GroupStage> stages;
    private long at;
    private final Deque<GroupStage> left = new ArrayDeque<>();
    private @Nullable Map<TopicPartition, Long> ends;

    Moment(List<GroupStage> stages) {
      this.stages = stages;
    }

    void look() {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      if (left.isEmpty()) {
        at = clock.millis();
        left.addAll(stages);
      }
      while (!left.isEmpty()) {
        GroupStage stage = left.getFirst();
        if (ends == null) {
          ends = stage.group().ends(stage.topic());
        }
        if (!stage.group().reached(ends, deadline)) {
          return;
        }
        ends = null;
        left.removeFirst();
      }
      readUntil = at;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(2 * PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
