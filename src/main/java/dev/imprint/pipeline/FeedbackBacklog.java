package dev.imprint.pipeline;

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
 * How far the instances of a service, all together, are with their feedback: so that whoever sends
 * labels and then asks for a training has it learn from them.
 *
 * @param applicationId of the service, whose group's offsets tell
 */
public record FeedbackBacklog(Clients clients, Topics topics, String applicationId) {
  private static final long PAUSE_MS = 100;

  /**
   * Waits until the feedback that is there now has led to labels, or waits for its image.
   *
   * @return false if that takes longer than {@code patience}, as where no instance runs
   * @throws KafkaException if Kafka does not answer
   */
  public boolean await(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Admin admin = clients.admin();
        Consumer<byte[], byte[]> consumer = clients.consumer(GroupProgress.SETTINGS)) {
      GroupProgress progress = GroupProgress.of(consumer, admin, applicationId);
      // One after the other: what the first led to is on the second then.
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
