package dev.imprint.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.part.PipelinePart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StreamsSettingsTest {
  @Test
  void shouldLetAPlainPropertyOfTheUsersReachTheClients() {
    StreamsConfig config =
        config(
            Map.of(
                "session.timeout.ms", "7000",
                "linger.ms", "3",
                "max.poll.records", "9",
                "default.api.timeout.ms", "40000"));

    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("session.timeout.ms", "7000")
        .containsEntry("default.api.timeout.ms", "40000")
        .containsEntry("max.poll.records", "9");
    assertThat(config.getProducerConfigs("c")).containsEntry("linger.ms", "3");
  }

  @Test
  void shouldLetAPrefixedPropertyOfTheUsersReachItsClient() {
    StreamsConfig config = config(Map.of("main.consumer.session.timeout.ms", "7000"));

    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("session.timeout.ms", "7000");
  }

  @Test
  void shouldSetItsOwnDefaultsOtherwise() {
    StreamsConfig config = config(Map.of());

    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("session.timeout.ms", 10_000)
        .containsEntry("default.api.timeout.ms", 300)
        .containsEntry("max.partition.fetch.bytes", 3_000_000)
        .containsEntry("max.poll.records", 48);
    assertThat(config.getProducerConfigs("c"))
        .containsEntry("linger.ms", 0)
        .containsEntry("transaction.timeout.ms", 18_600);
  }

  @ParameterizedTest
  @CsvSource({
    // a batch at startup; without other programs; in service -> transaction timeout, all in ms
    "120, 120, 0, 10000",
    "1000, 1000, 0, 18600",
    "9000, 300, 0, 30000", // on a machine that is busy at startup
    "3000, 3000, 0, 54600", // a slow network
    "120, 120, 4000, 18150",
    "120, 120, 9000, 30000",
    "120, 120, 20000, 60100", // large pictures
    "90000, 90000, 0, 900000",
  })
  void shouldHoldATransactionToThirtySecondsUnlessBatchesNeedLonger(
      long alone, long unhindered, long inService, long timeout) {
    BatchTime batch =
        new BatchTime(
            Duration.ofMillis(alone), Duration.ofMillis(unhindered), Duration.ofMillis(inService));

    var transactions = new BatchTransactions(ServingConfig.DEFAULTS, batch);

    assertThat(transactions.transactionTimeout()).hasMillis(timeout);
    assertThat(transactions.isTooShortFor(Duration.ofMillis(inService))).isFalse();
    assertThat(transactions.isBeyondBrokers()).isEqualTo(alone == 90_000);
  }

  /** The default but for these. */
  static ServingConfig serving(
      ServingConfig.WithoutHead withoutHead, ServingConfig.Delivery delivery) {
    ServingConfig d = ServingConfig.DEFAULTS;
    return new ServingConfig(
        null,
        withoutHead,
        delivery,
        d.maxBatch(),
        d.lingerMs(),
        d.commitIntervalMs(),
        d.threads(),
        d.threshold(),
        d.top());
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadCommittedImagesAlone(ServingConfig.Delivery delivery) {
    ServingConfig serving = serving(ServingConfig.DEFAULTS.withoutHead(), delivery);

    Map<String, Object> consumer = config(Map.of(), serving).getMainConsumerConfigs("g", "c", 0);

    assertThat(consumer.get("isolation.level")).hasToString("read_committed");
  }

  @Test
  void shouldLetMembersWakeUpSeldomUnlessTheUserSaysOtherwise() {
    StreamsConfig ours = config(Map.of());
    StreamsConfig theirs = config(Map.of("retry.backoff.ms", "50"));

    assertThat(ours.getMainConsumerConfigs("g", "c", 0)).containsEntry("retry.backoff.ms", "300");
    assertThat(ours.getProducerConfigs("p")).doesNotContainKey("retry.backoff.ms");
    assertThat(theirs.getMainConsumerConfigs("g", "c", 0)).containsEntry("retry.backoff.ms", "50");
  }

  @Test
  void shouldGiveEachPartItsOwnGroupThreadsAndCommits() {
    Map<String, Object> serving = settings(PipelinePart.SERVING, Map.of(), ServingConfig.DEFAULTS);
    Map<String, Object> learning =
        settings(PipelinePart.LEARNING, Map.of(), ServingConfig.DEFAULTS);

    assertThat(serving)
        .containsEntry("application.id", "app-serving")
        .containsEntry("num.stream.threads", 2)
        .containsEntry("commit.interval.ms", 100L);
    assertThat(learning)
        .containsEntry("application.id", "app") // names stores and internal topics
        .containsEntry("num.stream.threads", 1)
        .containsEntry("commit.interval.ms", 500L);
  }

  @Test
  void shouldReadWhatWasWrittenBeforeItRanWhateverTheUserSays() {
    Map<String, Object> settings =
        settings(
            PipelinePart.LEARNING, Map.of("auto.offset.reset", "latest"), ServingConfig.DEFAULTS);

    assertThat(new StreamsConfig(settings).getMainConsumerConfigs("g", "c", 0))
        .containsEntry("auto.offset.reset", "earliest");
  }

  private static StreamsConfig config(Map<String, String> users) {
    return config(users, ServingConfig.DEFAULTS);
  }

  private static StreamsConfig config(Map<String, String> users, ServingConfig serving) {
    return new StreamsConfig(settings(PipelinePart.SERVING, users, serving));
  }

  private static Map<String, Object> settings(
      PipelinePart part, Map<String, String> users, ServingConfig serving) {
    var config =
        new PipelineConfig(
            "app",
            Path.of("state"),
            Topics.DEFAULTS,
            serving,
            PredictionsConfig.DEFAULTS,
            LearningConfig.DEFAULTS,
            SamplingConfig.DEFAULTS);
    return new StreamsSettings(part, config, Duration.ofMillis(18_600), 2_000_000, 3_000_000)
        .properties(new Clients(new KafkaConfig("localhost:1", users)));
  }
}
