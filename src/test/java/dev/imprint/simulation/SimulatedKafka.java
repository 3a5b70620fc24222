package dev.imprint.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    int epoch = -1;
    @Nullable Transaction last;
  }

  private final boolean fences;
  private final Map<String, SimulatedLog> logs = new TreeMap<>();
  private final Map<String, Id> ids = new TreeMap<>();
  private final Map<String, SimulatedGroup> groups = new TreeMap<>();
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

  /** Has a transaction's next marker written; false if none is due. */
  public boolean writeMarker() {
    for (Id id : ids.values()) {
      Transaction last = id.last;
      if (last != null && last.state != Transaction.State.OPEN && !last.unmarked.isEmpty()) {
        log(last.unmarked.get(0).topic()).mark(last);
        return true;
      }
    }
    return false;
  }

  void writeMarkers() {
    while (writeMarker()) {
      // the next one
    }
  }

  public SimulatedGroup group(String name) {
    return groups.computeIfAbsent(name, SimulatedGroup::new);
  }

  SimulatedLog log(String topic) {
    return logs.computeIfAbsent(topic, t -> new SimulatedLog(new TopicPartition(t, 0)));
  }

  @Nullable Long committed(String group, String topic) {
    return offsets.get(group + "/" + topic);
  }

  /** Ends what the id's last producer has left, and fences it; the new epoch. */
  int init(String transactionalId) {
    Id id = ids.computeIfAbsent(transactionalId, any -> new Id());
    end(id, Transaction.State.ABORTED);
    return ++id.epoch;
  }

  void append(ProducerRecord<byte[], byte[]> sent) {
    commits.add(new Commit(List.of(log(sent.topic()).append(sent, null)), List.of()));
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
    Transaction last = id.last;
    if (last != null && last.state == Transaction.State.OPEN) {
      return last;
    }
    writeMarkers();
    Transaction next = new Transaction();
    id.last = next;
    return next;
  }

  private void end(Id id, Transaction.State how) {
    Transaction last = id.last;
    if (last != null && last.state == Transaction.State.OPEN) {
      last.state = how;
      if (how == Transaction.State.COMMITTED) {
        last.offsets.forEach(o -> offsets.put(o.group() + "/" + o.topic(), o.offset()));
        commits.add(new Commit(List.copyOf(last.written), List.copyOf(last.offsets)));
      }
    }
    if (how == Transaction.State.ABORTED) {
      writeMarkers();
    }
  }
}
