package dev.imprint.pipeline.learning;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the instances of a service, taken together, have processed their images and feedback, so
 * that labels sent before a training is requested are included in it.
 *
 * @param applicationId of the service; its groups' offsets show the progress
 */
public record FeedbackBacklog(Clients clients, Topics topics, String applicationId) {
  private static final long PAUSE_MS = 100;

  /** For instances that are starting; without a head, they may hold all images. */
  private static final Duration JOINING = Duration.ofSeconds(5);

  /**
   * Waits until all images received so far have been classified and have met the feedback that
   * waits for them.
   *
   * @return false if that takes longer than {@code patience}, or nobody reads them
   * @throws KafkaException if Kafka does not answer
   */
  public boolean awaitImages(Duration patience) throws InterruptedException {
    try (Admin admin = clients.admin();
        Consumer<byte[], byte[]> consumer = GroupProgress.consumer(clients)) {
      return await(GroupStage.ofImages(consumer, admin, topics, applicationId), new Wait(patience));
    }
  }

  /**
   * Waits until all feedback received so far has become labels, which those who read committed
   * records can see, or waits for its image.
   *
   * @return false if that takes longer than {@code patience}, or nobody reads it
   * @throws KafkaException if Kafka does not answer
   */
  public boolean await(Duration patience) throws InterruptedException {
    Wait wait = new Wait(patience);
    try (Admin admin = clients.admin();
        Consumer<byte[], byte[]> consumer = GroupProgress.consumer(clients)) {
      GroupProgress progress = GroupProgress.of(consumer, admin, applicationId);
      return await(GroupStage.ofFeedback(consumer, admin, topics, applicationId), wait)
          && awaitCommitted(progress, topics.labels(), wait)
          && awaitCommitted(progress, topics.pictures(), wait);
    }
  }

  private static boolean await(List<GroupStage> stages, Wait wait) throws InterruptedException {
    for (GroupStage stage : stages) {
      GroupProgress group = stage.group();
      Map<TopicPartition, Long> ends = group.ends(stage.topic());
      while (!group.reached(ends, wait.end())) {
        if (wait.isOver() || wait.isLongerThan(JOINING) && !group.hasMembers().getAsBoolean()) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    }
    return true;
  }

  /** The group's offsets may be committed before the records that were written along with them. */
  private static boolean awaitCommitted(GroupProgress progress, String topic, Wait wait)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = progress.ends(topic);
    while (!progress.committedUntil(ends)) {
      if (wait.isOver()) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
    return true;
  }

  /** One that has begun, by {@link System#nanoTime()}. */
  private record Wait(long start, long end) {
    Wait(Duration patience) {
      this(System.nanoTime(), System.nanoTime() + patience.toNanos());
    }

    boolean isOver() {
      return System.nanoTime() - end > 0;
    }

    boolean isLongerThan(Duration time) {
      return System.nanoTime() - start > time.toNanos();
    }
  }
}
