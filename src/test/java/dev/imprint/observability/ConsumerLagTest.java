package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

class ConsumerLagTest {
  private static final String TOPIC = "line.images";

  private final Map<MetricName, Metric> metrics = new HashMap<>();
  private final List<ThreadMetadata> threads = new ArrayList<>();
  private final ConsumerLag lag = new ConsumerLag(TOPIC, () -> metrics, () -> threads);

  @Test
  void shouldBeUnknownBeforeAnythingWasFetched() {
    fetched(TOPIC, 0, Double.NaN);

    assertThat(lag.getAsDouble()).isNaN();
  }

  @Test
  void shouldSumThePartitionsOfTheTopicAlone() {
    fetched(TOPIC, 0, 5);
    fetched(TOPIC, 1, 7);
    fetched("feedback", 0, 100);

    assertThat(lag.getAsDouble()).isEqualTo(12);
  }

  @Test
  void shouldCountADottedTopicOnceThoughKafkaReportsItTwice() {
    fetched(TOPIC, 0, 5);
    fetched("line_images", 0, 5);

    assertThat(lag.getAsDouble()).isEqualTo(5);
  }

  @Test
  void shouldAddWhatWasFetchedButIsNotCommitted() {
    fetched(TOPIC, 0, 5);
    threads.add(
        new FixedThread(
            Set.of(
                new Task(
                    Map.of(new TopicPartition(TOPIC, 0), 90L),
                    Map.of(new TopicPartition(TOPIC, 0), 99L)))));

    assertThat(lag.getAsDouble()).isEqualTo(5 + 10);
  }

  @Test
  void shouldCountNothingAsWaitingWhereKafkaStreamsKnowsNoOffsetYet() {
    fetched(TOPIC, 0, 5);
    threads.add(
        new FixedThread(
            Set.of(
                new Task(
                    Map.of(new TopicPartition(TOPIC, 0), -1L),
                    Map.of(new TopicPartition(TOPIC, 0), 99L)),
                new Task(
                    Map.of(new TopicPartition(TOPIC, 1), 90L),
                    Map.of(new TopicPartition(TOPIC, 1), -1L)))));

    assertThat(lag.getAsDouble()).isEqualTo(5);
  }

  private void fetched(String topic, int partition, double lag) {
    MetricName name =
        new MetricName(
            "records-lag",
            "consumer-fetch-manager-metrics",
            "",
            Map.of("topic", topic, "partition", Integer.toString(partition), "client-id", "c"));
    metrics.put(
        name,
        new Metric() {
          @Override
          public MetricName metricName() {
            return name;
          }

          @Override
          public Object metricValue() {
            return lag;
          }
        });
  }

  private record Task(
      Map<TopicPartition, Long> committedOffsets, Map<TopicPartition, Long> endOffsets)
      implements TaskMetadata {
    @Override
    public TaskId taskId() {
      return new TaskId(0, 0);
    }

    @Override
    public Set<TopicPartition> topicPartitions() {
      return endOffsets.keySet();
    }

    @Override
    public Optional<Long> timeCurrentIdlingStarted() {
      return Optional.empty();
    }
  }

  private record FixedThread(Set<TaskMetadata> activeTasks) implements ThreadMetadata {
    @Override
    public String threadState() {
      return "RUNNING";
    }

    @Override
    public String threadName() {
      return "t";
    }

    @Override
    public Set<TaskMetadata> standbyTasks() {
      return Set.of();
    }

    @Override
    public String consumerClientId() {
      return "c";
    }

    @Override
    public String restoreConsumerClientId() {
      return "r";
    }

    @Override
    public Set<String> producerClientIds() {
      return Set.of();
    }

    @Override
    public String adminClientId() {
      return "a";
    }
  }
}
