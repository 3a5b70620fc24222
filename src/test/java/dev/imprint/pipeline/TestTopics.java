package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.Topics;
import dev.imprint.model.Prediction;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One test's topics on a broker shared by several: numbers are sent as images, and committed
 * records are read.
 */
final class TestTopics implements AutoCloseable {
  /** The embedded broker allows more; a user's own probably does not. */
  private static final Map<String, String> KAFKAS_DEFAULT = Map.of("max.message.bytes", "1048588");

  final Topics topics;
  final Clients clients;
  private final Producer<byte[], byte[]> producer;
  private final Map<String, List<ConsumerRecord<byte[], byte[]>>> committed = new HashMap<>();
  private final List<String> notSent = Collections.synchronizedList(new ArrayList<>());
  private final Consumer<byte[], byte[]> consumer;

  TestTopics(String bootstrapServers, String prefix, int partitions)
      throws ExecutionException, InterruptedException {
    this(bootstrapServers, prefix, partitions, partitions);
  }

  /**
   * @param ofImages partitions of the topic of images; the others have {@code partitions}
   */
  TestTopics(String bootstrapServers, String prefix, int ofImages, int partitions)
      throws ExecutionException, InterruptedException {
    topics = new Topics(prefix);
    // A killed member is detected after six seconds, the minimum that brokers allow by default.
    clients =
        new Clients(
            new KafkaConfig(
                bootstrapServers,
                Map.of(
                    "main.consumer.session.timeout.ms", "6000",
                    "main.consumer.heartbeat.interval.ms", "1000")));
    List<NewTopic> all =
        List.of(
            new NewTopic(topics.images(), ofImages, (short) 1)
                .configs(Map.of("max.message.bytes", "4000000")),
            new NewTopic(topics.predictions(), partitions, (short) 1).configs(KAFKAS_DEFAULT),
            new NewTopic(topics.imagesDlq(), partitions, (short) 1).configs(KAFKAS_DEFAULT),
            new NewTopic(topics.feedback(), partitions, (short) 1),
            new NewTopic(topics.feedbackDlq(), partitions, (short) 1),
            new NewTopic(topics.outcomes(), partitions, (short) 1),
            new NewTopic(topics.labels(), partitions, (short) 1),
            new NewTopic(topics.pictures(), partitions, (short) 1));
    try (Admin admin = clients.admin()) {
      admin.createTopics(all).all().get();
      TopicLogs.await(admin, all.stream().map(NewTopic::name).toList(), Duration.ofSeconds(30));
    }
    producer = clients.producer(4_000_000);
    consumer = clients.consumer(Map.of("auto.offset.reset", "earliest"));
    List<TopicPartition> assigned = new ArrayList<>();
    List<String> written =
        List.of(
            topics.predictions(),
            topics.imagesDlq(),
            topics.feedbackDlq(),
            topics.outcomes(),
            topics.labels(),
            topics.pictures());
    for (String topic : written) {
      LongStream.range(0, partitions)
          .forEach(p -> assigned.add(new TopicPartition(topic, (int) p)));
    }
    consumer.assign(assigned);
    consumer.seekToBeginning(assigned);
  }

  /** The default settings, except for these. */
  static ServingConfig serving(long lingerMs, long commitIntervalMs, int threads) {
    return serving(ServingConfig.DEFAULTS.maxBatch(), lingerMs, commitIntervalMs, threads);
  }

  /** The default settings, except for these. */
  static ServingConfig serving(int maxBatch, long lingerMs, long commitIntervalMs, int threads) {
    ServingConfig defaults = ServingConfig.DEFAULTS;
    return new ServingConfig(
        null,
        defaults.withoutHead(),
        defaults.delivery(),
        maxBatch,
        lingerMs,
        commitIntervalMs,
        threads,
        defaults.threshold(),
        defaults.top());
  }

  /** Sends the numbers as images, with their digits as ids. */
  void send(long from, long to) {
    LongStream.range(from, to).forEach(n -> send(Long.toString(n), ParityModel.image(n)));
    flush();
  }

  void send(@Nullable String id, byte @Nullable [] image) {
    producer.send(
        new ProducerRecord<>(topics.images(), id == null ? null : id.getBytes(UTF_8), image),
        (metadata, e) -> {
          if (e != null) {
            notSent.add(id + ": " + e);
          }
        });
  }

  /** Waits until all images are on the topic; fails if one is not. */
  void flush() {
    producer.flush();
    assertThat(notSent).isEmpty();
  }

  /** Deletes the images of partition 0 before this offset, like retention. */
  void deleteImages(long before) throws ExecutionException, InterruptedException {
    try (Admin admin = clients.admin()) {
      var partition = new TopicPartition(topics.images(), 0);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before))).all().get();
    }
  }

  /** The committed predictions so far. */
  List<Prediction> predictions() {
    return committed(topics.predictions()).stream().map(TestTopics::decode).toList();
  }

  List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    return committed(topics.imagesDlq());
  }

  /** The committed records of one of the topics that the pipeline writes. */
  List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    for (var record : consumer.poll(Duration.ofMillis(100))) {
      committed.computeIfAbsent(record.topic(), t -> new ArrayList<>()).add(record);
    }
    return committed.getOrDefault(topic, List.of());
  }

  void sendFeedback(String imageId, String json) {
    producer.send(
        new ProducerRecord<>(topics.feedback(), imageId.getBytes(UTF_8), json.getBytes(UTF_8)));
    producer.flush();
  }

  /**
   * A running pipeline that serves {@link ParityModel}; the caller must close it.
   *
   * @param state directory of its stores
   */
  Pipeline startPipeline(String applicationId, Path state, LearningConfig learning) {
    var model = ParityModel.serving(new ParityModel(batch -> {}));
    var config =
        new PipelineConfig(
            applicationId,
            state,
            topics,
            ServingConfig.DEFAULTS,
            PredictionsConfig.DEFAULTS,
            learning,
            SamplingConfig.DEFAULTS);
    Pipeline pipeline =
        new Pipeline(
            config,
            clients,
            List.of(model.backbone()),
            () -> Lease.of(model),
            () -> LabelChanges.NONE,
            PipelineMetrics.NOOP,
            Clock.systemUTC());
    pipeline.start();
    return pipeline;
  }

  private static Prediction decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return PredictionCodec.decode(record.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
