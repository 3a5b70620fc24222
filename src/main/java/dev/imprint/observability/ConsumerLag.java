package dev.imprint.observability;

import java.util.Collection;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * The number of records of a topic that this instance still has to process: those on the broker
 * that its consumers have not fetched, and those fetched but not yet committed.
 *
 * <p>The consumers' own {@code records-lag} is only the first half. It is not enough here: Kafka
 * Streams fetches records of each partition ahead of a slow model, and the lag would read 0 while
 * they wait. Both halves are known locally, so reading it costs no request. Thread-safe.
 */
public final class ConsumerLag implements DoubleSupplier {
  private final String topic;
  private final Supplier<? extends Map<MetricName, ? extends Metric>> metrics;
  private final Supplier<? extends Collection<ThreadMetadata>> threads;

  public ConsumerLag(String topic, KafkaStreams streams) {
    this(topic, streams::metrics, streams::metadataForLocalThreads);
  }

  ConsumerLag(
      String topic,
      Supplier<? extends Map<MetricName, ? extends Metric>> metrics,
      Supplier<? extends Collection<ThreadMetadata>> threads) {
    this.topic = topic;
    this.metrics = metrics;
    this.threads = threads;
  }

  /** Records; NaN until a partition has been fetched from, because nothing is known before. */
  @Override
  public double getAsDouble() {
    double[] notFetched =
        metrics.get().values().stream()
            .filter(metric -> isLagOfTopic(metric.metricName()))
            .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
            .filter(Double::isFinite)
            .toArray();
    if (notFetched.length == 0) {
      return Double.NaN;
    }
    double lag = 0;
    for (double records : notFetched) {
      lag += records;
    }
    return lag + notCommitted();
  }

  /**
   * A topic with a dot in its name is reported twice, the second time with an underscore instead.
   */
  private boolean isLagOfTopic(MetricName name) {
    return name.name().equals("records-lag")
        && name.group().equals("consumer-fetch-manager-metrics")
        && topic.equals(name.tags().get("topic"));
  }

  private long notCommitted() {
    return threads.get().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .mapToLong(this::notCommitted)
        .sum();
  }

  private long notCommitted(TaskMetadata task) {
    long records = 0;
    Map<TopicPartition, Long> committed = task.committedOffsets();
    for (Map.Entry<TopicPartition, Long> last : task.endOffsets().entrySet()) {
      long next = committed.getOrDefault(last.getKey(), -1L);
      // Kafka Streams reports -1 until something was fetched (its "end" is the last record fetched)
      // and until the first commit; earlier records are unknown until then.
      if (last.getKey().topic().equals(topic) && last.getValue() >= 0 && next >= 0) {
        records += Math.max(0, last.getValue() + 1 - next);
      }
    }
    return records;
  }
}
