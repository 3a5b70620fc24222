package dev.imprint.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A transaction, as its coordinator knows it. What it wrote is decided on a partition once its
 * marker is there, which is later than its commit.
 */
final class Transaction {
  enum State {
    OPEN,
    COMMITTED,
    ABORTED
  }

  /** Partitions that have no marker yet, in the order in which they were written to. */
  final List<TopicPartition> unmarked = new ArrayList<>();

  final List<ConsumerRecord<byte[], byte[]>> written = new ArrayList<>();
  final List<Commit.Carried> offsets = new ArrayList<>();
  private final Set<TopicPartition> marked = new HashSet<>();
  State state = State.OPEN;

  void wrote(TopicPartition partition) {
    if (!unmarked.contains(partition)) {
      unmarked.add(partition);
    }
  }

  void mark(TopicPartition partition) {
    unmarked.remove(partition);
    marked.add(partition);
  }

  boolean isDecided(TopicPartition partition) {
    return marked.contains(partition);
  }
}
