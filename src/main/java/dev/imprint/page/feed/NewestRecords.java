package dev.imprint.page.feed;

import dev.imprint.event.Clients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer of topics, from their newest records on. It is in no group, so it takes nothing from
 * the pipeline, and buffers little. Not thread-safe; the creator must close it. Throws a {@link
 * org.apache.kafka.common.KafkaException} if Kafka does not answer.
 */
public final class NewestRecords implements AutoCloseable {
  /** A consumer that waits for records is answered twice a second, if with none. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          "latest",
          ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
          2 << 20,
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          256 << 10);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;
  private double answers;
  private Duration silent = Duration.ZERO; // while it waited

  private NewestRecords(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    this.consumer = consumer;
    this.ends = ends;
  }

  /**
   * @param topics number of newest offsets that are read first, by topic; markers of transactions
   *     count, too
   * @param patience for each question to Kafka
   */
  public static NewestRecords open(
      Clients clients, Map<String, Integer> topics, Duration patience) {
    Consumer<byte[], byte[]> consumer = clients.promptConsumer(patience, SETTINGS);
    boolean done = false;
    try {
      Map<TopicPartition, Long> newest = new HashMap<>();
      topics.forEach((topic, most) -> addNewest(newest, consumer, topic, most));
      List<TopicPartition> all = new ArrayList<>(newest.keySet());
      consumer.assign(all);
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      for (TopicPartition each : all) {
        long begin = begins.getOrDefault(each, 0L);
        long end = ends.getOrDefault(each, begin);
        consumer.seek(each, Math.max(begin, end - newest.getOrDefault(each, 0L)));
      }
      done = true;
      return new NewestRecords(consumer, ends);
    } finally {
      if (!done) {
        consumer.close();
      }
    }
  }

  private static void addNewest(
      Map<TopicPartition, Long> newest, Consumer<byte[], byte[]> consumer, String topic, int most) {
    List<TopicPartition> partitions = Clients.partitions(consumer, topic);
    partitions.forEach(each -> newest.put(each, (long) Math.max(1, most / partitions.size())));
  }

  /** Goes back to the records of this time and later, unless it is going to read them anyway. */
  public void rewind(Instant since) {
    Map<TopicPartition, Long> times = new HashMap<>();
    consumer.assignment().forEach(each -> times.put(each, since.toEpochMilli()));
    consumer
        .offsetsForTimes(times)
        .forEach(
            (partition, found) -> {
              if (found != null && found.offset() < consumer.position(partition)) {
                consumer.seek(partition, found.offset());
              }
            });
  }

  public ConsumerRecords<byte[], byte[]> poll(Duration longest) {
    Clients.followAdded(consumer);
    long begin = System.nanoTime();
    ConsumerRecords<byte[], byte[]> records = consumer.poll(longest);
    double all = Clients.answers(consumer.metrics());
    boolean answered = all != answers || !records.isEmpty();
    answers = all;
    silent = answered ? Duration.ZERO : silent.plusNanos(System.nanoTime() - begin);
    return records;
  }

  /** Whether it was written after this began to read. */
  boolean isNew(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    return record.offset() >= ends.getOrDefault(partition, 0L);
  }

  /** Whether all that was there when this began to read has been read. */
  public boolean isCaughtUp() {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** Whether Kafka answers; a connection alone may be one to a broker that hangs. */
  public boolean isConnected() {
    return silent.compareTo(SILENCE) < 0 && Clients.trouble(consumer.metrics()) == null;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
