package dev.imprint.observability;

import dev.imprint.observability.MetricsConfig.Kafka;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Lets pass, of the hundreds of meters that Kafka's clients bring, those that tell an operator
 * whether it is Kafka that is slow or away. Meters of single partitions, nodes, tasks, stores and
 * processors are most of the others, and grow with the cluster.
 *
 * @param which all of them, or the short list
 */
record KafkaMeters(Kafka which) implements MeterFilter {
  /** In Micrometer's names, and what each tells. */
  static final SortedMap<String, String> SHORT = shown();

  private static SortedMap<String, String> shown() {
    SortedMap<String, String> shown = new TreeMap<>();
    shown.put("kafka.consumer.connection.count", "connections of a consumer to the brokers");
    shown.put("kafka.consumer.coordinator.failed.rebalance.total", "rebalances that failed");
    shown.put(
        "kafka.consumer.coordinator.rebalance.latency.avg",
        "milliseconds of a rebalance, in which its partitions wait");
    shown.put(
        "kafka.consumer.coordinator.rebalance.total",
        "rebalances: a start, a stop, or a member that was too slow");
    shown.put("kafka.consumer.fetch.manager.bytes.consumed.total", "bytes read");
    shown.put(
        "kafka.consumer.fetch.manager.fetch.latency.avg", "milliseconds of a request for records");
    shown.put("kafka.consumer.fetch.manager.fetch.latency.max", "the longest of them");
    shown.put("kafka.consumer.fetch.manager.records.consumed.total", "records read");
    shown.put(
        "kafka.consumer.fetch.manager.records.lag.max",
        "records that the partition furthest behind has on the broker; imprint_lag_records counts those fetched, too");
    shown.put(
        "kafka.consumer.last.poll.seconds.ago",
        "seconds since a thread last asked for records; past max.poll.interval.ms it is thrown out");
    shown.put("kafka.producer.connection.count", "connections of a producer to the brokers");
    shown.put("kafka.producer.record.error.total", "records that could not be written");
    shown.put("kafka.producer.record.retry.total", "records that were sent again");
    shown.put("kafka.producer.record.send.total", "records written");
    shown.put("kafka.producer.request.latency.avg", "milliseconds of a request to write");
    shown.put("kafka.producer.request.latency.max", "the longest of them");
    shown.put(
        "kafka.producer.txn.abort.time.ns.total", "nanoseconds spent on aborting transactions");
    shown.put(
        "kafka.producer.txn.commit.time.ns.total", "nanoseconds spent on committing transactions");
    shown.put("kafka.stream.alive.stream.threads", "stream threads that run");
    shown.put("kafka.stream.failed.stream.threads", "stream threads that died");
    shown.put(
        "kafka.stream.thread.commit.latency.avg",
        "milliseconds of a commit, which readers wait for");
    shown.put("kafka.stream.thread.commit.latency.max", "the longest of them");
    shown.put("kafka.stream.thread.commit.total", "commits");
    return Collections.unmodifiableSortedMap(shown);
  }

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    return which == Kafka.ALL
            || !id.getName().startsWith("kafka.")
            || SHORT.containsKey(id.getName())
        ? MeterFilterReply.NEUTRAL
        : MeterFilterReply.DENY;
  }
}
