package dev.imprint.pipeline;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Prediction;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.part.PipelinePart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * An instance was killed while it committed. Until its transaction is decided, Kafka does not tell
 * where to go on with its partitions.
 */
class UndecidedOffsetsTest {
  private static final int PARTITIONS = 4;
  private static final int THREADS = ServingConfig.DEFAULTS.threads();
  private static final int IMAGES = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  @TempDir private Path directory;
  private String application = "";

  @BeforeEach
  void name() {
    application = broker.prefix() + "app";
  }

  @Test
  void shouldGoOnMeanwhileWithThePartitionsThatItHas() throws Exception {
    try (TestTopics topics = topics();
        Pipeline stays = start(topics, "stays")) {
      Set<String> its = awaitShared(topics, THREADS).keySet();
      Pipeline leaves = start(topics, "leaves");
      Map<String, Set<TopicPartition>> shared = awaitShared(topics, 2 * THREADS);
      Set<TopicPartition> taken = of(shared, thread -> !its.contains(thread));
      try (Producer<byte[], byte[]> killed = commitWithoutEnd(topics, taken)) {
        leaves.close();
        awaitShared(topics, THREADS);
        topics.send(0, IMAGES);

        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(predicted(topics)).isEqualTo(of(shared, its::contains)));
        killed.abortTransaction();
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(topics.predictions()).hasSize(IMAGES));
      assertThat(topics.predictions()).extracting(Prediction::imageId).doesNotHaveDuplicates();
      assertThat(stays.check(PipelinePart.SERVING)).isEqualTo(CheckResult.UP);
    }
  }

  @Test
  void shouldStopMeanwhile() throws Exception {
    try (TestTopics topics = topics();
        Producer<byte[], byte[]> killed = commitWithoutEnd(topics, all(topics))) {
      Pipeline pipeline = start(topics, "stops");
      awaitShared(topics, THREADS);

      CompletableFuture<Void> stop = CompletableFuture.runAsync(pipeline::close);

      assertThat(stop).succeedsWithin(25, TimeUnit.SECONDS);
      killed.abortTransaction();
    }
  }

  private static TestTopics topics() throws Exception {
    return new TestTopics(broker.bootstrapServers(), broker.prefix(), PARTITIONS);
  }

  private Pipeline start(TestTopics topics, String name) {
    return topics.startPipeline(application, directory.resolve(name), LearningConfig.DEFAULTS);
  }

  private String group() {
    return PipelinePart.SERVING.applicationId(application);
  }

  private static Set<TopicPartition> all(TestTopics topics) {
    return IntStream.range(0, PARTITIONS)
        .mapToObj(partition -> new TopicPartition(topics.topics.images(), partition))
        .collect(toSet());
  }

  /** In a transaction that stays open. */
  private Producer<byte[], byte[]> commitWithoutEnd(
      TestTopics topics, Set<TopicPartition> partitions) {
    Producer<byte[], byte[]> producer = topics.clients.transactionalProducer(1_000_000, "killed");
    producer.initTransactions();
    producer.beginTransaction();
    producer.sendOffsetsToTransaction(
        partitions.stream().collect(toMap(each -> each, each -> new OffsetAndMetadata(0))),
        new ConsumerGroupMetadata(group()));
    return producer;
  }

  /**
   * Waits until so many stream threads have an equal share of the partitions each.
   *
   * @return the share of each
   */
  private Map<String, Set<TopicPartition>> awaitShared(TestTopics topics, int threads) {
    try (Admin admin = topics.clients.admin()) {
      return await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(ExecutionException.class) // there is no group yet
          .until(
              () -> shares(admin),
              shares ->
                  shares.size() == threads
                      && shares.values().stream()
                          .allMatch(share -> share.size() == PARTITIONS / threads));
    }
  }

  private Map<String, Set<TopicPartition>> shares(Admin admin) throws Exception {
    return admin.describeConsumerGroups(List.of(group())).all().get().values().stream()
        .flatMap(group -> group.members().stream())
        .collect(
            toMap(MemberDescription::consumerId, member -> member.assignment().topicPartitions()));
  }

  private static Set<TopicPartition> of(
      Map<String, Set<TopicPartition>> shares, Predicate<String> thread) {
    return shares.entrySet().stream()
        .filter(share -> thread.test(share.getKey()))
        .flatMap(share -> share.getValue().stream())
        .collect(toSet());
  }

  /** The partitions of the images that have a prediction. */
  private static Set<TopicPartition> predicted(TestTopics topics) {
    return topics.predictions().stream()
        .map(prediction -> prediction.claim())
        .map(claim -> new TopicPartition(claim.topic(), claim.partition()))
        .collect(toSet());
  }
}
