package dev.imprint.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.HangingBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.TopicLogs;
import dev.imprint.model.CheckResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What health shows of a broker that hangs, with a window of two seconds instead of a minute. */
class HungBrokerTest {
  private static final Map<String, String> SHORT = Map.of("metrics.sample.window.ms", "1000");

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void shouldShowThatABrokerDoesNotAnswerUntilItDoesAgain(@TempDir Path data, @TempDir Path state)
      throws Exception {
    try (HangingBroker broker = new HangingBroker(data)) {
      Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), SHORT));
      try (Admin admin = clients.admin()) {
        admin.createTopics(List.of(new NewTopic("quiet", 1, (short) 1))).all().get();
        TopicLogs.await(admin, List.of("quiet"), Duration.ofSeconds(30));
      }
      try (KafkaStreams streams = streams(clients, state)) {
        streams.start();
        PartState part = new PartState.Running(streams);
        await().atMost(Duration.ofSeconds(60)).until(() -> part.check().equals(CheckResult.UP));
        await() // though there is nothing to read
            .during(Duration.ofSeconds(5))
            .atMost(Duration.ofSeconds(9))
            .until(() -> part.check().equals(CheckResult.UP));

        broker.hang(true);
        await().until(() -> part.check().status() == CheckResult.Status.DOWN);

        assertThat(part.check().cause())
            .isEqualTo(
                "connected to Kafka, which does not answer; waiting for it, nothing is lost");
        broker.hang(false);
        await().until(() -> part.check().equals(CheckResult.UP));
      }
    }
  }

  private static KafkaStreams streams(Clients clients, Path state) {
    StreamsBuilder topology = new StreamsBuilder();
    topology.stream("quiet", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .foreach((key, value) -> {});
    Properties settings = new Properties();
    settings.putAll(
        clients.properties(Map.of("application.id", "app", "state.dir", state.toString())));
    return new KafkaStreams(topology.build(), settings);
  }
}
