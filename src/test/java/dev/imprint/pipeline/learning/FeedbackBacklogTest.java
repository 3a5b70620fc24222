package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Labels sent before a training are part of it, wherever they are on their way. */
@Timeout(60)
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
    waitsFor(service + "-serving", topics.images(), backlog::awaitImages);
  }

  @Test
  void shouldWaitForPredictionsOnTheirWayToTheFeedback() throws Exception {
    waitsFor(service, service + "-" + LearningTopology.PREDICTED_TOPIC, backlog::awaitImages);
  }

  @Test
  void shouldWaitForFeedback() throws Exception {
    waitsFor(service, topics.feedback(), backlog::await);
  }

  /** No version serves yet, and images are held until one does. */
  @Test
  void shouldNotWaitForImagesThatNobodyReads() throws Exception {
    send(topics.images());

    assertThat(backlog.awaitImages(Duration.ofHours(1))).isFalse();
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

  @FunctionalInterface
  private interface Await {
    boolean within(Duration patience) throws InterruptedException;
  }

  private static void waitsFor(String group, String topic, Await await) throws Exception {
    send(topic);
    try (Consumer<byte[], byte[]> member =
        BROKER
            .clients()
            .consumer(
                Map.of(
                    ConsumerConfig.GROUP_ID_CONFIG,
                    group,
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "earliest"))) {
      member.subscribe(List.of(topic));
      await().until(() -> !member.poll(Duration.ofMillis(100)).isEmpty());
      assertThat(await.within(SHORT)).isFalse();

      member.commitSync();
      assertThat(await.within(PATIENCE)).isTrue();
    }
  }
}
