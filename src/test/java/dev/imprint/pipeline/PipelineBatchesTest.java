package dev.imprint.pipeline;

import static dev.imprint.model.CheckResult.Status.UP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Slow batches, and the transactions that they are in. */
class PipelineBatchesTest extends PipelineSteps {
  /** With Kafka Streams' own transaction timeout of 10 s this never completes a round. */
  @Tag("long")
  @Test
  void shouldGetThroughBatchesOfThreeAndAHalfSecondsOnFourPartitionsInOneThread() throws Exception {
    Consumer<List<Pixels>> slow = batch -> pause(Duration.ofMillis(3_500));
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 4)) {
      topics.send(0, 100);
      try (Pipeline pipeline = start(topics, slow, TestTopics.serving(10, 100, 1))) {
        awaitPredictions(topics, 100);
        assertThat(pipeline.check(PipelinePart.SERVING).status()).isEqualTo(UP);
      }
    }
  }

  /** As with large pictures: the warm-up's batches, which are full, do not predict this. */
  @Tag("long") // waits for slow batches
  @Test
  void shouldFitTheTransactionToBatchesThatTurnOutSlow() throws Exception {
    int full = ServingConfig.DEFAULTS.maxBatch();
    Consumer<List<Pixels>> slowLater =
        batch -> pause(Duration.ofMillis(batch.size() < full ? 4_000 : 0));
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 4)) {
      topics.send(0, 16);
      try (Pipeline pipeline = start(topics, slowLater, TestTopics.serving(2, 100, 1))) {
        awaitPredictions(topics, 16);
        assertThat(pipeline.check(PipelinePart.SERVING).status()).isEqualTo(UP);
      }
    }
  }

  /** One pass and the images collected before it; a commit per task was 64 batches and more. */
  @Test
  void shouldBoundWhatOneThreadProcessesBetweenTwoCommitsWhateverThePartitions() throws Exception {
    ServingConfig serving = TestTopics.serving(4, 1, 1, 1);
    AtomicReference<KafkaStreams> running = new AtomicReference<>();
    PipelineMetrics metrics =
        new PipelineMetrics.Noop() {
          @Override
          public void started(PipelinePart part, KafkaStreams streams) {
            if (part == PipelinePart.SERVING) {
              running.set(streams);
            }
          }
        };
    Map<Double, Integer> imagesByCommits = new ConcurrentHashMap<>();
    Consumer<List<Pixels>> counts =
        batch -> {
          KafkaStreams streams = running.get();
          if (streams != null) { // the warm-up comes first
            imagesByCommits.merge(commits(streams), batch.size(), Integer::sum);
            outlastCommitInterval(serving);
          }
        };
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 64, 1)) {
      topics.send(0, 600);
      try (Pipeline pipeline = pipeline(topics, counts, serving, metrics)) {
        pipeline.start();
        awaitPredictions(topics, 600);
      }
    }
    assertThat(imagesByCommits.values()).allMatch(images -> images <= 3 * serving.maxBatch());
    assertThat(imagesByCommits.values().stream().mapToInt(Integer::intValue).sum())
        .isGreaterThanOrEqualTo(600);
  }

  /** Only slow batches are bounded: Kafka Streams goes on until a commit is due. */
  private static void outlastCommitInterval(ServingConfig serving) {
    long end = System.nanoTime() + Duration.ofMillis(serving.commitIntervalMs() + 2).toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static double commits(KafkaStreams streams) {
    return streams.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("commit-total"))
        .filter(metric -> metric.metricName().group().equals("stream-thread-metrics"))
        .mapToDouble(metric -> (double) metric.metricValue())
        .sum();
  }

  private static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
