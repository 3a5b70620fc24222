package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
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
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * Waits until the feedback that is there now has led to labels, or waits for its image.
   *
   * @return false if that takes longer than {@code patience}, as where no instance runs
   * @throws KafkaException if Kafka does not answer
   */
  public boolean await(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Map<String, Object> own =
        Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            1);
    try (Admin admin = clients.admin();
        Consumer<byte[], byte[]> consumer = clients.consumer(own)) {
      // One after the other: what the first led to is on the second then.
      return await(topics.feedback(), admin, consumer, deadline)
          && await(applicationId + "-" + LearningTopology.CHECKED_TOPIC, admin, consumer, deadline);
    } catch (ExecutionException e) {
      throw new KafkaException("the offsets of " + applicationId + " cannot be read", e.getCause());
    }
  }

  private boolean await(String topic, Admin admin, Consumer<byte[], byte[]> consumer, long deadline)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, Long> ends = consumer.endOffsets(Clients.partitions(consumer, topic));
    while (isBehind(ends, admin, consumer)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
    return true;
  }

  /** Markers of transactions take offsets too, so offsets alone do not tell: records do. */
  private boolean isBehind(
      Map<TopicPartition, Long> ends, Admin admin, Consumer<byte[], byte[]> consumer)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(applicationId).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(ends.keySet());
    Map<TopicPartition, Long> left = new HashMap<>();
    ends.forEach(
        (partition, end) -> {
          OffsetAndMetadata done = committed.get(partition);
          long from = done == null ? begins.getOrDefault(partition, 0L) : done.offset();
          if (from < end) {
            left.put(partition, from);
          }
        });
    consumer.assign(left.keySet());
    left.forEach(consumer::seek);
    while (left.keySet().stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < ends.getOrDefault(partition, 0L)) {
          return true;
        }
      }
    }
    return false;
  }
}
