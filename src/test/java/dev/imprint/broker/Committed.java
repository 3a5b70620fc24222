package dev.imprint.broker;

import dev.imprint.event.Clients;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** A commit returns before its markers are on the partitions and readers see its records. */
public final class Committed {
  private Committed() {}

  /** Waits until these topics have no open transactions. */
  public static void await(Clients clients, String... topics) {
    try (Admin admin = clients.admin()) {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofSeconds(30))
          .until(() -> isAllCommitted(admin, topics));
    }
  }

  private static boolean isAllCommitted(Admin admin, String... topics)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (var topic : admin.describeTopics(List.of(topics)).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(
              partition ->
                  ends.put(
                      new TopicPartition(topic.name(), partition.partition()),
                      OffsetSpec.latest()));
    }
    var committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    return offsets(admin, ends, committed).equals(offsets(admin, ends, new ListOffsetsOptions()));
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, Map<TopicPartition, OffsetSpec> ends, ListOffsetsOptions options)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listOffsets(ends, options)
        .all()
        .get()
        .forEach((partition, end) -> offsets.put(partition, end.offset()));
    return offsets;
  }
}
