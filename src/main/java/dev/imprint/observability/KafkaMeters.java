package dev.imprint.observability;

import dev.imprint.observability.MetricsConfig.Kafka;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Of the hundreds of meters of Kafka's clients, accepts those that tell an operator whether Kafka
 * is slow or unreachable. Most of the others are meters of single partitions, nodes, tasks, stores
 * and processors, and grow with the cluster.
 *
 * @param which all of them, or the short list
 */
record KafkaMeters(Kafka which) implements MeterFilter {
  /** By Micrometer's names, with descriptions. */
  static final SortedMap<String, String> SHORT = shown();

  private static SortedMap<String, String> shown() {
    SortedMap<String, String> shown = new TreeMap<>();
    shown.put("kafka.consumer.connection.count", "a consumer's connections to the brokers");
    shown.put("kafka.consumer.coordinator.failed.rebalance.total", "failed rebalances");
    shown.put(
        "kafka.consumer.coordinator.rebalance.latency.avg",
        "duration of a rebalance in milliseconds; its partitions wait for it");
    shown.put(
        "kafka.consumer.coordinator.rebalance.total",
        "rebalances: caused by a start, a stop, or a member that was too slow");
    shown.put("kafka.consumer.fetch.manager.bytes.consumed.total", "bytes read");
    shown.put(
        "kafka.consumer.fetch.manager.fetch.latency.avg",
        "duration of a fetch request in" + " milliseconds");
    shown.put("kafka.consumer.fetch.manager.fetch.latency.max", "the longest of these");
    shown.put("kafka.consumer.fetch.manager.records.consumed.total", "records read");
    shown.put(
        "kafka.consumer.fetch.manager.records.lag.max",
        "records not yet fetched of the partition furthest behind; imprint_lag_records also"
            + " counts those fetched but not yet classified");
    shown.put(
        "kafka.consumer.last.poll.seconds.ago",
        "seconds since a thread last polled; past max.poll.interval.ms it is removed from the"
            + " group");
    shown.put("kafka.producer.connection.count", "a producer's connections to the brokers");
    shown.put("kafka.producer.record.error.total", "records that could not be sent");
    shown.put("kafka.producer.record.retry.total", "retries of records");
    shown.put("kafka.producer.record.send.total", "records written");
    shown.put(
        "kafka.producer.request.latency.avg", "duration of a produce request in" + " milliseconds");
    shown.put("kafka.producer.request.latency.max", "the longest of these");
    shown.put("kafka.producer.txn.abort.time.ns.total", "nanoseconds spent aborting transactions");
    shown.put(
        "kafka.producer.txn.commit.time.ns.total", "nanoseconds spent committing transactions");
    shown.put("kafka.stream.alive.stream.threads", "running stream threads");
    shown.put("kafka.stream.failed.stream.threads", "failed stream threads");
    shown.put(
        "kafka.stream.thread.commit.latency.avg",
        "duration of a commit in milliseconds; readers wait for it");
    shown.put("kafka.stream.thread.commit.latency.max", "the longest of these");
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
