package dev.imprint.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed records. Never waits: where a real one would, the markers that are due come, and
 * if that does not help, its caller's patience ends.
 */
final class SimulatedConsumer extends MockConsumer<byte[], byte[]> {
  private static final Comparator<TopicPartition> BY_TOPIC =
      Comparator.comparing(TopicPartition::topic);

  private final SimulatedKafka kafka;
  private final Interruption around;
  private final @Nullable SimulatedGroup group;
  private final String groupId;
  private final String memberId;
  private final int most;
  private final Map<TopicPartition, Long> positions = new TreeMap<>(BY_TOPIC);
  private final Set<TopicPartition> paused = new LinkedHashSet<>();
  private List<TopicPartition> subscribed = List.of();
  private @Nullable ConsumerRebalanceListener listener;

  SimulatedConsumer(
      SimulatedKafka kafka, Interruption around, Map<String, ?> settings, String memberId) {
    super("earliest");
    this.kafka = kafka;
    this.around = around;
    this.memberId = memberId;
    Object named = settings.get(ConsumerConfig.GROUP_ID_CONFIG);
    groupId = String.valueOf(named);
    group = named == null ? null : kafka.group(groupId);
    most =
        settings.get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG) instanceof Integer limit
            ? limit
            : Integer.MAX_VALUE;
  }

  String memberId() {
    return memberId;
  }

  @Override
  public synchronized Set<TopicPartition> assignment() {
    return Set.copyOf(positions.keySet());
  }

  @Override
  public synchronized void assign(Collection<TopicPartition> partitions) {
    positions.keySet().retainAll(partitions);
    partitions.forEach(partition -> positions.putIfAbsent(partition, 0L));
  }

  @Override
  public synchronized void subscribe(Collection<String> topics, ConsumerRebalanceListener told) {
    kafka.subscribe(groupId, Set.copyOf(topics));
    subscribed = topics.stream().map(topic -> new TopicPartition(topic, 0)).toList();
    listener = told;
  }

  @Override
  public synchronized ConsumerRecords<byte[], byte[]> poll(Duration longest) {
    around.before("poll");
    rebalance();
    long before = sumOfPositions();
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = fetch();
    if (found.isEmpty() && group == null && !longest.isZero()) {
      kafka.writeMarkers();
      found = fetch();
      if (found.isEmpty() && before == sumOfPositions()) {
        throw new TimeoutException("nothing comes any more");
      }
    }
    return new ConsumerRecords<>(found, Map.of());
  }

  private long sumOfPositions() {
    return positions.values().stream().mapToLong(Long::longValue).sum();
  }

  private void rebalance() {
    if (group == null || listener == null) {
      return;
    }
    boolean expired = group.join(this);
    boolean mine = group.first() == this;
    if ((expired || !mine) && !positions.isEmpty()) {
      Set<TopicPartition> lost = assignment();
      positions.clear();
      paused.clear();
      listener.onPartitionsLost(lost);
    } else if (mine && positions.isEmpty() && !kafka.awaitsOffsets(groupId)) {
      for (TopicPartition partition : subscribed) {
        Long committed = kafka.committed(groupId, partition.topic());
        positions.put(partition, committed == null ? 0 : committed);
      }
      listener.onPartitionsAssigned(subscribed);
    }
  }

  private Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> fetch() {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new HashMap<>();
    int left = most;
    for (Map.Entry<TopicPartition, Long> position : positions.entrySet()) {
      if (paused.contains(position.getKey())) {
        continue;
      }
      SimulatedLog log = kafka.log(position.getKey().topic());
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      long offset = position.getValue();
      for (long end = log.stableEnd(); offset < end && left > 0; offset++) {
        ConsumerRecord<byte[], byte[]> record = log.at(offset);
        if (record != null) {
          records.add(record);
          left--;
        }
      }
      position.setValue(offset);
      if (!records.isEmpty()) {
        found.put(position.getKey(), records);
      }
    }
    return found;
  }

  @Override
  public synchronized void seek(TopicPartition partition, long offset) {
    positions.put(partition, offset);
  }

  @Override
  public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> positions.put(partition, 0L));
  }

  @Override
  public synchronized void seekToEnd(Collection<TopicPartition> partitions) {
    partitions.forEach(p -> positions.put(p, kafka.log(p.topic()).stableEnd()));
  }

  @Override
  public synchronized long position(TopicPartition partition) {
    Long position = positions.get(partition);
    if (position == null) {
      throw new IllegalStateException("not assigned: " + partition);
    }
    return position;
  }

  @Override
  public synchronized long position(TopicPartition partition, Duration longest) {
    return position(partition);
  }

  @Override
  public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> some) {
    around.before("committed");
    Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
    for (TopicPartition partition : some) {
      Long offset = kafka.committed(groupId, partition.topic());
      if (offset != null) {
        known.put(partition, new OffsetAndMetadata(offset));
      }
    }
    return known;
  }

  @Override
  public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    around.before("commit");
    kafka.commit(groupMetadata(), offsets);
    around.after("commit");
  }

  @Override
  public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> some) {
    around.before("endOffsets");
    return some.stream().collect(Collectors.toMap(p -> p, p -> kafka.log(p.topic()).stableEnd()));
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> some, Duration longest) {
    return endOffsets(some);
  }

  @Override
  public synchronized List<PartitionInfo> partitionsFor(String topic) {
    Node node = new Node(0, "simulated", 1);
    return List.of(new PartitionInfo(topic, 0, node, new Node[] {node}, new Node[] {node}));
  }

  @Override
  public synchronized void pause(Collection<TopicPartition> partitions) {
    paused.addAll(partitions);
  }

  @Override
  public synchronized void resume(Collection<TopicPartition> partitions) {
    paused.removeAll(partitions);
  }

  @Override
  public ConsumerGroupMetadata groupMetadata() {
    if (group == null) {
      throw new IllegalStateException("no member of a group");
    }
    return group.membership(this);
  }

  @Override
  public void close() {
    if (group != null) {
      group.leave(this);
    }
  }
}
