package dev.imprint.event;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The logs of new topics. Kafka reports a topic as created before the brokers have created its
 * logs. If an idempotent producer sends two batches right then, the first may be refused and the
 * second accepted: the first is out of order from then on, and lost after two minutes
 * (KAFKA-15591). So code that creates topics waits here before anything is written to them.
 */
public final class TopicLogs {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private TopicLogs() {}

  /**
   * Returns when the leader of each partition responds for its log.
   *
   * @throws ExecutionException whose cause is a {@link TimeoutException} if one does not respond in
   *     time, otherwise Kafka's error
   */
  public static void await(Admin admin, Collection<String> topics, Duration timeout)
      throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    Map<String, TopicDescription> described = describe(admin, topics);
    while (described.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
      described = describe(admin, topics);
    }
    if (described.isEmpty()) {
      throw new ExecutionException(new TimeoutException("no broker knows all of " + topics));
    }

    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    described.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(
                    p -> ends.put(new TopicPartition(name, p.partition()), OffsetSpec.latest())));
    admin
        .listOffsets(ends, new ListOffsetsOptions().timeoutMs(Math.toIntExact(timeout.toMillis())))
        .all()
        .get();
  }

  /** Empty while one of them is not known yet. */
  private static Map<String, TopicDescription> describe(Admin admin, Collection<String> topics)
      throws ExecutionException, InterruptedException {
    try {
      return admin.describeTopics(topics).allTopicNames().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Map.of();
      }
      throw e;
    }
  }
}
