package dev.imprint.pipeline.learning;

import dev.imprint.event.TopicScan;
import dev.imprint.simulation.Schedule;
import dev.imprint.simulation.SimulatedClients;
import dev.imprint.simulation.SimulatedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The thread of one instance's Kafka Streams: it processes some records at a time and commits now
 * and then. When it is assigned the partitions, it restores its stores from their changelogs.
 */
final class SimulatedLearning implements Schedule.Process, ConsumerRebalanceListener {
  static final String GROUP = "imprint-learning";
  private static final Map<String, Object> MEMBER =
      Map.of(ConsumerConfig.GROUP_ID_CONFIG, GROUP, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 4);

  private final SimulatedKafka kafka;
  private final SimulatedClients clients;
  private final SimulatedDelivery delivery;
  private final SentImages images;
  private final PlantedLabelFault fault;
  private final Schedule schedule;
  private final List<LabelEvent> uncommitted = new ArrayList<>();
  private @Nullable Producer<byte[], byte[]> producer;
  private @Nullable Consumer<byte[], byte[]> member;
  private @Nullable LearningTask task;
  private boolean works;

  SimulatedLearning(
      SimulatedClients clients,
      SimulatedDelivery delivery,
      SimulatedKafka kafka,
      SentImages images,
      PlantedLabelFault fault,
      Schedule schedule) {
    this.clients = clients;
    this.delivery = delivery;
    this.kafka = kafka;
    this.images = images;
    this.fault = fault;
    this.schedule = schedule;
  }

  /** Processed by the label processor since the last commit. */
  List<LabelEvent> takeUncommitted() {
    List<LabelEvent> taken = List.copyOf(uncommitted);
    uncommitted.clear();
    return taken;
  }

  @Override
  public void step() {
    try {
      Consumer<byte[], byte[]> current = member == null ? join() : member;
      chooseTopics(current);
      for (ConsumerRecord<byte[], byte[]> record : current.poll(Duration.ZERO)) {
        if (task != null) {
          add(task.process(record));
          works = true;
        }
      }
      if (task != null && isTime(3)) {
        add(task.tick());
      }
      delivery.pass();
      if (works && isTime(3)) {
        commit(current);
      }
      if (!schedule.isQuiet() && isTime(60)) {
        leave();
      }
    } catch (KafkaException e) {
      leave();
    }
  }

  private boolean isTime(int oneIn) {
    return schedule.isQuiet() || schedule.random().nextInt(oneIn) == 0;
  }

  private void add(@Nullable LabelEvent event) {
    if (event != null) {
      works = true;
      uncommitted.add(event);
    }
  }

  private Consumer<byte[], byte[]> join() {
    producer = delivery.begin();
    Consumer<byte[], byte[]> joining = clients.consumer(MEMBER);
    joining.subscribe(LearningTopics.SOURCES, this);
    member = joining;
    return joining;
  }

  /** In any order: Kafka Streams orders by timestamp, but only what has already arrived. */
  private void chooseTopics(Consumer<byte[], byte[]> from) {
    for (String topic : LearningTopics.SOURCES) {
      List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
      if (isTime(2)) {
        from.resume(partition);
      } else {
        from.pause(partition);
      }
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    LearningTask assigned =
        new LearningTask(
            Objects.requireNonNull(producer),
            delivery.guarantee(),
            images,
            schedule.clock(),
            fault);
    try (Consumer<byte[], byte[]> restoring = clients.consumer(Map.of())) {
      Map<TopicPartition, Long> ends = new HashMap<>();
      // Including open transactions, for whose end Kafka Streams waits too.
      LearningTopics.CHANGELOGS.forEach(
          topic -> ends.put(new TopicPartition(topic, 0), kafka.end(topic)));
      restoring.assign(ends.keySet());
      restoring.seekToBeginning(ends.keySet());
      new TopicScan(restoring, ends, Duration.ofSeconds(1)).forEach(assigned::restore);
    }
    assigned.start();
    task = assigned;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    task = null;
    works = false;
    uncommitted.clear();
    producer = delivery.begin(); // ends the open transaction
  }

  private void commit(Consumer<byte[], byte[]> from) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : from.assignment()) {
      offsets.put(partition, new OffsetAndMetadata(from.position(partition)));
    }
    delivery.commit(from, offsets);
    works = false;
  }

  /** Without a commit, as after a failure. */
  private void leave() {
    Consumer<byte[], byte[]> leaving = member;
    crash();
    if (leaving != null) {
      leaving.close();
    }
  }

  /** The group does not notice. */
  @Override
  public void crash() {
    member = null;
    task = null;
    works = false;
    uncommitted.clear();
  }
}
