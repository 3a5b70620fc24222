package dev.imprint.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * Brokers with one partition a topic: logs, transactions with epochs and markers that come late,
 * committed offsets, and groups in which one member has everything.
 */
public final class SimulatedKafka {
  private static final class Id {
    final String name;
    int epoch = -1;
    @Nullable Transaction last;

    Id(String name) {
      this.name = name;
    }

    @Nullable Transaction open() {
      return last != null && last.state == Transaction.State.OPEN ? last : null;
    }
  }

  private final boolean fences;
  private final Map<String, SimulatedLog> logs = new TreeMap<>();
  private final Map<String, Id> ids = new TreeMap<>();
  private final Map<String, SimulatedGroup> groups = new TreeMap<>();
  private final Map<String, Set<String>> subscriptions = new HashMap<>();
  private final Map<String, Long> offsets = new HashMap<>();
  private final List<Commit> commits = new ArrayList<>();

  /**
   * @param fences false is a fault: a producer may go on when another one has its id
   */
  public SimulatedKafka(boolean fences) {
    this.fences = fences;
  }

  /** Whatever became valid, in order. */
  public List<Commit> commits() {
    return commits;
  }

  /**
   * Writes one of a transaction's markers; they come in any order, as its partitions' leaders
   * differ.
   *
   * @param which of the missing ones
   */
  void writeMarker(int which) {
    for (Id id : ids.values()) {
      Transaction last = id.last;
      if (last != null && last.state != Transaction.State.OPEN && !last.unmarked.isEmpty()) {
        log(last.unmarked.get(which % last.unmarked.size()).topic()).mark(last);
        return;
      }
    }
  }

  void writeMarkers() {
    for (Id id : ids.values()) {
      Transaction last = id.last;
      if (last != null && last.state != Transaction.State.OPEN) {
        List.copyOf(last.unmarked).forEach(partition -> log(partition.topic()).mark(last));
      }
    }
  }

  /** Aborts all open transactions, and fences their producers. */
  public void timeOutTransactions() {
    for (Id id : ids.values()) {
      if (id.open() != null) {
        end(id, Transaction.State.ABORTED);
        id.epoch++;
      }
    }
  }

  /** Whether an open transaction contains offsets of a group. */
  boolean awaitsOffsets(String group) {
    return ids.values().stream()
        .map(Id::open)
        .anyMatch(
            open -> open != null && open.offsets.stream().anyMatch(o -> o.group().equals(group)));
  }

  /** Only up to what all groups have read, as brokers do not compact the newest segment. */
  void compact(String topic) {
    long read = log(topic).stableEnd();
    for (Map.Entry<String, Set<String>> group : subscriptions.entrySet()) {
      if (group.getValue().contains(topic)) {
        Long committed = committed(group.getKey(), topic);
        read = Math.min(read, committed == null ? 0 : committed);
      }
    }
    log(topic).compact(read);
  }

  /** Deletes and recreates a topic. */
  public void recreate(String topic) {
    logs.remove(topic);
  }

  /** Makes a group read a topic from the beginning. */
  public void resetOffset(String group, String topic) {
    offsets.remove(group + "/" + topic);
  }

  void subscribe(String group, Set<String> topics) {
    subscriptions.put(group, topics);
  }

  /** Whether a topic has a record that a group has not processed. */
  public boolean hasUnread(String group, String topic) {
    Long committed = committed(group, topic);
    for (long offset = committed == null ? 0 : committed; offset < end(topic); offset++) {
      if (record(topic, offset) != null) {
        return true;
      }
    }
    return false;
  }

  /** After a topic's last record, committed or not. */
  public long end(String topic) {
    return log(topic).end();
  }

  /** The record at an offset; null for a marker, and for what is aborted or compacted. */
  public @Nullable ConsumerRecord<byte[], byte[]> record(String topic, long offset) {
    return log(topic).at(offset);
  }

  public SimulatedGroup group(String name) {
    return groups.computeIfAbsent(name, SimulatedGroup::new);
  }

  SimulatedLog log(String topic) {
    return logs.computeIfAbsent(topic, t -> new SimulatedLog(new TopicPartition(t, 0)));
  }

  public @Nullable Long committed(String group, String topic) {
    return offsets.get(group + "/" + topic);
  }

  /** Ends what the id's last producer has left, and fences it; the new epoch. */
  int init(String transactionalId) {
    Id id = ids.computeIfAbsent(transactionalId, Id::new);
    end(id, Transaction.State.ABORTED);
    return ++id.epoch;
  }

  ConsumerRecord<byte[], byte[]> append(ProducerRecord<byte[], byte[]> sent) {
    ConsumerRecord<byte[], byte[]> record = log(sent.topic()).append(sent, null);
    commits.add(new Commit(null, List.of(record), List.of()));
    return record;
  }

  ConsumerRecord<byte[], byte[]> append(
      String transactionalId, int epoch, ProducerRecord<byte[], byte[]> sent) {
    Transaction transaction = open(current(transactionalId, epoch));
    transaction.wrote(new TopicPartition(sent.topic(), 0));
    ConsumerRecord<byte[], byte[]> record = log(sent.topic()).append(sent, transaction);
    transaction.written.add(record);
    return record;
  }

  void carry(
      String transactionalId,
      int epoch,
      Map<TopicPartition, OffsetAndMetadata> carried,
      ConsumerGroupMetadata member) {
    Transaction transaction = open(current(transactionalId, epoch));
    if (fences && !group(member.groupId()).isCurrent(member)) {
      throw new CommitFailedException("another member has the partition");
    }
    carried.forEach(
        (partition, offset) ->
            transaction.offsets.add(
                new Commit.Carried(member.groupId(), partition.topic(), offset.offset())));
  }

  /** Without a transaction. */
  void commit(ConsumerGroupMetadata member, Map<TopicPartition, OffsetAndMetadata> carried) {
    if (!group(member.groupId()).isCurrent(member)) {
      throw new CommitFailedException("another member has the partition");
    }
    carried.forEach(
        (partition, offset) ->
            offsets.put(member.groupId() + "/" + partition.topic(), offset.offset()));
  }

  void commit(String transactionalId, int epoch) {
    end(current(transactionalId, epoch), Transaction.State.COMMITTED);
  }

  private Id current(String transactionalId, int epoch) {
    Id id = ids.get(transactionalId);
    if (id == null || (fences && id.epoch != epoch)) {
      throw new ProducerFencedException("a newer producer has the id " + transactionalId);
    }
    return id;
  }

  /** A new one begins when the last one has all its markers. */
  private Transaction open(Id id) {
    Transaction last = id.open();
    if (last != null) {
      return last;
    }
    writeMarkers();
    Transaction next = new Transaction();
    id.last = next;
    return next;
  }

  private void end(Id id, Transaction.State how) {
    Transaction last = id.open();
    if (last != null) {
      last.state = how;
      if (how == Transaction.State.COMMITTED) {
        last.offsets.forEach(o -> offsets.put(o.group() + "/" + o.topic(), o.offset()));
        commits.add(new Commit(id.name, List.copyOf(last.written), List.copyOf(last.offsets)));
      }
    }
    if (how == Transaction.State.ABORTED) {
      writeMarkers();
    }
  }
}
