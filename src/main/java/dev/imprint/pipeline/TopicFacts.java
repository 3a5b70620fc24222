package dev.imprint.pipeline;

import dev.imprint.event.Topics;
import dev.imprint.pipeline.learning.LearningRecords;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline's information about its topics.
 *
 * @param partitions of the images topic
 * @param imageLimit of the images topic, in bytes a record
 * @param labelPartitions of the labels topic
 * @param limits of the topics for predictions and their dead letters
 * @param learningLimits of the topics for the effect of feedback
 */
record TopicFacts(
    int partitions,
    int imageLimit,
    int labelPartitions,
    OutgoingRecords.OutgoingLimits limits,
    LearningRecords.LearningLimits learningLimits) {
  private static final Logger LOG = LoggerFactory.getLogger(TopicFacts.class);

  /**
   * For images that wait in consumers; the records that a poll hands out from there take as much.
   */
  private static final int FETCHED_PART_OF_HEAP = 32;

  /** Kafka's default for a partition; a larger record is fetched alone. */
  private static final int LEAST_FETCH_BYTES = 1 << 20;

  /** Kafka's default for max.message.bytes. */
  private static final int DEFAULT_LIMIT = 1024 * 1024 + 12;

  /**
   * A record is sent in a batch, whose overhead counts towards the limit, and compression can make
   * a picture slightly larger: one percent is kept free.
   */
  private static int usable(int limit) {
    return limit - limit / 100 - 128;
  }

  /**
   * @throws IllegalStateException if Kafka does not answer or a topic is missing
   */
  static TopicFacts read(Admin admin, Topics topics) {
    try {
      return new TopicFacts(
          partitions(admin, topics.images()),
          limit(admin, topics.images()),
          partitions(admin, topics.labels()),
          new OutgoingRecords.OutgoingLimits(
              limit(admin, topics.predictions()), limit(admin, topics.imagesDlq())),
          new LearningRecords.LearningLimits(
              limit(admin, topics.labels()),
              limit(admin, topics.pictures()),
              limit(admin, topics.outcomes()),
              limit(admin, topics.feedbackDlq())));
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot describe the topics: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while describing the topics", e);
    }
  }

  /**
   * How much of a partition of images is fetched at once: the records of a poll at the topic's
   * limit, as far as all partitions together stay within a part of the heap.
   *
   * @param maxBatch most images of a batch
   */
  int fetchBytes(int maxBatch, long heapBytes) {
    long records = (long) BatchTransactions.BATCHES_A_POLL * maxBatch * imageLimit;
    long share = heapBytes / FETCHED_PART_OF_HEAP / partitions;
    long most = Math.min(ConsumerConfig.DEFAULT_FETCH_MAX_BYTES, Math.min(records, share));
    return (int) Math.max(LEAST_FETCH_BYTES, most);
  }

  /** Size of the largest record that serving writes. */
  int maxRecordBytes() {
    return Math.max(limits.prediction(), limits.deadLetter());
  }

  /** Size of the largest record that learning writes. */
  int maxLearningRecordBytes() {
    return IntStream.of(
            learningLimits.label(),
            learningLimits.picture(),
            learningLimits.outcome(),
            learningLimits.deadLetter())
        .max()
        .orElseThrow();
  }

  private static int partitions(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    return only(admin.describeTopics(List.of(topic)).allTopicNames().get()).partitions().size();
  }

  private static int limit(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      var configs = admin.describeConfigs(List.of(resource)).all().get();
      String limit = only(configs).get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
      return usable(Integer.parseInt(limit));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        LOG.warn(
            "Not allowed to read the settings of topic {}: assuming Kafka's default limit of {}"
                + " bytes per record. Allow DESCRIBE_CONFIGS on it if its limit is different",
            topic,
            DEFAULT_LIMIT);
        return usable(DEFAULT_LIMIT);
      }
      throw e;
    }
  }

  private static <T> T only(Map<?, T> answers) {
    return answers.values().iterator().next();
  }
}
