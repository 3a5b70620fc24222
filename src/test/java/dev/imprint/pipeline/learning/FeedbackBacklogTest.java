package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Topics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Labels sent before a training are part of it, however they are on their way. */
class FeedbackBacklogTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

  private String service;
  private Topics topics;
  private FeedbackBacklog backlog;

  @BeforeEach
  void create() throws Exception {
    topics = BROKER.createTopics(1);
    service = "service-" + topics.images();
    BROKER.createTopics(
        new NewTopic(service + "-" + LearningTopology.PREDICTED_TOPIC, 1, (short) 1),
        new NewTopic(service + "-" + LearningTopology.CHECKED_TOPIC, 1, (short) 1));
    backlog = new FeedbackBacklog(BROKER.clients(), topics, service);
  }

  @Test
  void shouldWaitForImagesWhoseLabelsCouldNotBeLearnedYet() throws Exception {
    send(topics.images());
    assertThat(backlog.awaitImages(SHORT)).isFalse();

    read(service + "-serving", topics.images(), 1);
    assertThat(backlog.awaitImages(PATIENCE)).isTrue();
  }

  @Test
  void shouldWaitForPredictionsOnTheirWayToTheFeedback() throws Exception {
    send(service + "-" + LearningTopology.PREDICTED_TOPIC);
    assertThat(backlog.awaitImages(SHORT)).isFalse();

    read(service, service + "-" + LearningTopology.PREDICTED_TOPIC, 1);
    assertThat(backlog.awaitImages(PATIENCE)).isTrue();
  }

  @Test
  void shouldWaitForFeedback() throws Exception {
    send(topics.feedback());
    assertThat(backlog.await(SHORT)).isFalse();

    read(service, topics.feedback(), 1);
    assertThat(backlog.await(PATIENCE)).isTrue();
  }

  /** The group's offsets can be committed before: a transaction's markers arrive one by one. */
  @Test
  void shouldWaitUntilLabelsAndPicturesCanBeRead() throws Exception {
    for (String topic : new String[] {topics.labels(), topics.pictures()}) {
      try (Producer<byte[], byte[]> producer =
          BROKER.clients().transactionalProducer(1 << 20, "of-" + topic)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(record(topic)).get();
        assertThat(backlog.await(SHORT)).as(topic).isFalse();

        producer.commitTransaction();
        assertThat(backlog.await(PATIENCE)).as(topic).isTrue();
      }
    }
  }

  private static void send(String topic) throws Exception {
    try (Producer<byte[], byte[]> producer = BROKER.clients().producer(1 << 20)) {
      producer.send(record(topic)).get();
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String topic) {
    return new ProducerRecord<>(topic, 0, new byte[] {1}, new byte[] {2});
  }

  private static void read(String group, String topic, long until) throws Exception {
    try (Admin admin = BROKER.clients().admin()) {
      admin
          .alterConsumerGroupOffsets(
              group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(until)))
          .all()
          .get();
    }
  }
}
