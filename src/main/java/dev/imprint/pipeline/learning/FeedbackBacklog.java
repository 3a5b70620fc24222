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
  private static final long PAUSE_MS = 200;

  /** Serving has this long to join its group; it may hold images until there is a head. */
  private static final Duration JOINING = Duration.ofSeconds(5);

  /**
   * Waits until all images received so far have been classified and have met the feedback that
   * waits for them.
   *
   * @return false if that takes longer than {@code patience}, or nobody reads them
   * @throws KafkaException if Kafka does not answer
   */
  public boolean awaitImages(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Admin admin = clients.admin();
        Consumer<byte[], byte[]> consumer = GroupProgress.consumer(clients)) {
      return await(GroupStage.ofImages(consumer, admin, topics, applicationId), deadline, JOINING);
    }
  }

  /**
   * Waits until all feedback received so far has become committed labels, or waits for its image.
   *
   * @return false if that takes longer than {@code patience}, for example because no instance runs
   * @throws KafkaException if Kafka does not answer
   */
  public boolean await(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Admin admin = clients.admin();
        Consumer<byte[], byte[]> consumer = GroupProgress.consumer(clients)) {
      List<GroupStage> stages = GroupStage.ofFeedback(consumer, admin, topics, applicationId);
      GroupProgress writing = stages.get(stages.size() - 1).group();
      return await(stages, deadline, patience)
          && awaitCommitted(writing, topics.labels(), deadline)
          && awaitCommitted(writing, topics.pictures(), deadline);
    }
  }

  /**
   * @param absence how long there may be no instance
   */
  private static boolean await(List<GroupStage> stages, long deadline, Duration absence)
      throws InterruptedException {
    for (GroupStage stage : stages) {
      GroupProgress group = stage.group();
      Map<TopicPartition, Long> ends = group.ends(stage.topic());
      long readAt = System.nanoTime();
      while (!group.reached(ends, deadline)) {
        long now = System.nanoTime();
        readAt = group.hasMembers() ? now : readAt;
        if (now - deadline > 0 || now - readAt > absence.toNanos()) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    }
    return true;
  }

  /** The group's offsets may be committed before the records that were written along with them. */
  private static boolean awaitCommitted(GroupProgress progress, String topic, long deadline)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = progress.ends(topic);
    while (!progress.committedUntil(ends)) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
    return true;
  }
}
