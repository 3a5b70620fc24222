package dev.imprint.leader.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.KafkaConfig;
import dev.imprint.model.Outcome;
import dev.imprint.model.Role;
import dev.imprint.model.Why;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveOutcomesTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private static final Instant SINCE = Instant.now();

  @Test
  void shouldCountTheAnswersOfAVersionToPicturesThatWereAskedFor() throws Exception {
    String topic = broker.prefix() + "outcomes";
    broker.createTopics(BrokerExtension.topic(topic, Map.of()));
    write(topic, "nut", "nut", "v2", true, SINCE.minusSeconds(1));
    write(topic, "nut", "nut", "v2", true, SINCE);
    write(topic, "nut", "gear", "v2", false, SINCE);
    write(topic, null, "gear", "v2", true, SINCE);
    write(topic, "nut", "nut", "v1", true, SINCE);
    broker.send(topic, "not JSON".getBytes(UTF_8));
    try (LiveOutcomes outcomes = new LiveOutcomes(broker.clients(), topic, System::nanoTime)) {
      await().until(() -> outcomes.of(List.of("v1"), SINCE).all() == 1);
      assertThat(outcomes.of(List.of("v2"), SINCE))
          .as("one abstained")
          .isEqualTo(new LiveAccuracy(1, 2));

      write(topic, "nut", "gear", "v2", true, SINCE.plusSeconds(9));

      await().until(() -> outcomes.of(List.of("v2"), SINCE).all() == 3);
      assertThat(outcomes.of(List.of("v2"), SINCE)).isEqualTo(new LiveAccuracy(1, 3));
      assertThat(outcomes.of(List.of("v1", "v2"), SINCE))
          .as("the same weights under two names")
          .isEqualTo(new LiveAccuracy(2, 4));
      assertThat(outcomes.of(List.of("v2"), SINCE.plusSeconds(5)))
          .isEqualTo(new LiveAccuracy(0, 1));
    }
  }

  @Test
  void shouldReadAgainAfterAPauseThatDoublesIfKafkaDoesNotAnswer() {
    AtomicLong nanoTime = new AtomicLong();
    AtomicInteger tries = new AtomicInteger();
    Clients failing =
        new Clients(KafkaConfig.DEFAULTS) {
          @Override
          public Consumer<byte[], byte[]> consumer(Map<String, ?> own) {
            tries.incrementAndGet();
            throw new KafkaException("no answer");
          }
        };
    try (LiveOutcomes outcomes = new LiveOutcomes(failing, "outcomes", nanoTime::get)) {
      for (int second = 0; second < 60; second++) {
        assertThat(outcomes.of(List.of("v1"), SINCE)).isEqualTo(LiveAccuracy.UNKNOWN);
        nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
      }
    }
    assertThat(tries).as("after 0, 10 and 30 s").hasValue(3);
  }

  private static void write(
      String topic,
      @Nullable String predicted,
      String actual,
      String version,
      boolean asked,
      Instant at)
      throws Exception {
    Outcome outcome =
        new Outcome(
            "belt-1", predicted, actual, 0.5f, version, Role.SERVING, null, Why.OTHER, at, asked);
    broker.send(topic, "belt-1".getBytes(UTF_8), Json.encode(outcome));
  }

  /** The comments give the probability of so few right answers, summed up in Python. */
  @ParameterizedTest(name = "{0} of {1} right against {2}: {3}")
  @CsvSource({
    "0, 0, 0.9, false", // nothing is known
    "0, 1, 0.9, false", // 0.1
    "0, 3, 0.9, true", // 0.001
    "6, 10, 0.9, false", // 0.0128
    "5, 10, 0.9, true", // 0.0016
    "85, 100, 0.9, false", // 0.0726
    "81, 100, 0.9, true", // 0.0046
    "700, 1000, 0.9, true",
    "900, 1000, 0.9, false",
    "1, 1000, 0, false",
    "9, 10, 1, true"
  })
  void shouldTellADropFromChance(int right, int all, double bound, boolean below) {
    assertThat(new LiveAccuracy(right, all).below(bound)).isEqualTo(below);
  }
}
