package dev.imprint.page.understand;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Looks through parts of topics for records about one image, within a number of records and a time,
 * and says how far it came. Thread-safe.
 */
record BoundedRead(Clients clients, Duration patience) {
  private static final Duration POLL = Duration.ofMillis(200);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          "earliest",
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          512 << 10);

  /**
   * What to look through.
   *
   * @param key only the partition that Kafka's own partitioner gives this key; null for all
   * @param most offsets of a partition; markers of transactions count, too
   * @param since from the first record that is as new; null for the newest records
   */
  record Part(String topic, @Nullable String key, int most, @Nullable Instant since) {}

  private record Range(Part part, long begin, long from, long to, long end) {}

  /**
   * @param isEnough is given each record; true ends the search
   * @return what was not looked through, in words; empty if the search ended early
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  List<String> read(List<Part> parts, Predicate<ConsumerRecord<byte[], byte[]>> isEnough) {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Consumer<byte[], byte[]> consumer = clients.promptConsumer(PATIENCE, SETTINGS)) {
      Map<TopicPartition, Range> ranges = ranges(consumer, parts);
      consumer.assign(ranges.keySet());
      ranges.forEach((partition, range) -> consumer.seek(partition, range.from()));
      Set<TopicPartition> left = new HashSet<>(ranges.keySet());
      dropDone(left, ranges, consumer);
      while (!left.isEmpty() && System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (isEnough.test(record)) {
            return List.of();
          }
        }
        dropDone(left, ranges, consumer);
      }
      return limits(parts, ranges, left);
    }
  }

  private static void dropDone(
      Set<TopicPartition> left,
      Map<TopicPartition, Range> ranges,
      Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> done = new ArrayList<>();
    for (TopicPartition each : left) {
      Range range = ranges.get(each);
      if (range == null || consumer.position(each) >= range.to()) {
        done.add(each);
      }
    }
    consumer.pause(done);
    done.forEach(left::remove);
  }

  private static Map<TopicPartition, Range> ranges(
      Consumer<byte[], byte[]> consumer, List<Part> parts) {
    Map<TopicPartition, Part> wanted = new LinkedHashMap<>();
    Map<TopicPartition, Long> times = new HashMap<>();
    for (Part part : parts) {
      for (TopicPartition partition : partitions(consumer, part)) {
        wanted.put(partition, part);
        if (part.since() != null) {
          times.put(partition, Math.max(0, part.since().toEpochMilli()));
        }
      }
    }
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(wanted.keySet());
    Map<TopicPartition, Long> ends = consumer.endOffsets(wanted.keySet());
    Map<TopicPartition, OffsetAndTimestamp> since = consumer.offsetsForTimes(times);
    Map<TopicPartition, Range> ranges = new LinkedHashMap<>();
    wanted.forEach(
        (partition, part) -> {
          long begin = begins.getOrDefault(partition, 0L);
          long end = ends.getOrDefault(partition, begin);
          long newest = Math.max(begin, end - part.most());
          OffsetAndTimestamp then = since.get(partition);
          long from = then == null ? newest : Math.min(end, then.offset());
          ranges.put(
              partition, new Range(part, begin, from, Math.min(end, from + part.most()), end));
        });
    return ranges;
  }

  private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, Part part) {
    List<TopicPartition> all = Clients.partitions(consumer, part.topic());
    String key = part.key();
    if (key == null || all.isEmpty()) {
      return all;
    }
    int number = Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % all.size();
    return List.of(new TopicPartition(part.topic(), number));
  }

  private List<String> limits(
      List<Part> parts, Map<TopicPartition, Range> ranges, Set<TopicPartition> left) {
    List<String> limits = new ArrayList<>();
    for (Part part : parts) {
      List<TopicPartition> its =
          ranges.keySet().stream().filter(each -> each.topic().equals(part.topic())).toList();
      if (its.stream().anyMatch(left::contains)) {
        limits.add(
            "Not all of the topic %s could be read within %d s."
                .formatted(part.topic(), patience.toSeconds()));
      } else if (its.stream().anyMatch(each -> isCut(ranges.get(each)))) {
        limits.add(
            (part.since() == null
                    ? "Of the topic %s, only the newest %,d records of each partition were read."
                    : "Of the topic %s, only %,d records of each partition were read, from the"
                        + " picture on.")
                .formatted(part.topic(), part.most()));
      }
    }
    return limits;
  }

  private static boolean isCut(@Nullable Range range) {
    return range != null
        && (range.part().since() == null ? range.from() > range.begin() : range.to() < range.end());
  }
}
