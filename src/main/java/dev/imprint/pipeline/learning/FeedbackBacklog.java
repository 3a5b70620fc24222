package dev.imprint.pipeline.learning;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the instances of a service, taken together, have processed their feedback, so that labels
 * sent before a training is requested are included in it.
 *
 * @param applicationId of the service; its group's offsets show the progress
 */
public record FeedbackBacklog(Clients clients, Topics topics, String applicationId) {
  private static final long PAUSE_MS = 100;

  /**
   * Waits until all feedback received so far has become labels, or waits for its image.
   *
   * @return false if that takes longer than {@code patience}, for example because no instance runs
   * @throws KafkaException if Kafka does not answer
   */
  public boolean await(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Admin admin = clients.admin();
        Consumer<byte[], byte[]> consumer = GroupProgress.consumer(clients)) {
      GroupProgress progress = GroupProgress.of(consumer, admin, applicationId);
      // In this order: once the first topic has been read, its results are on the second.
      return await(topics.feedback(), progress, deadline)
          && await(applicationId + "-" + LearningTopology.CHECKED_TOPIC, progress, deadline);
    }
  }

  private static boolean await(String topic, GroupProgress progress, long deadline)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = progress.ends(topic);
    while (!progress.reached(ends, deadline)) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
    return true;
  }
}
