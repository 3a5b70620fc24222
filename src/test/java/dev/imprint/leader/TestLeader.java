package dev.imprint.leader;

import static org.awaitility.Awaitility.await;

import dev.imprint.rollout.TestRegistry;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** A real leader, whose trainings need no network, for tests of what sends it commands. */
public final class TestLeader {
  private TestLeader() {}

  /** It leads already; the caller closes it. */
  public static Leader start(TestRegistry registry) {
    Leader leader =
        new Leader(
            registry.store.clients(),
            registry.applicationId + "-leader",
            registry.store.topics().commands(),
            member -> leadership(registry, member));
    leader.start();
    await().atMost(Duration.ofSeconds(30)).until(leader::leads);
    return leader;
  }

  private static Leadership leadership(TestRegistry registry, Consumer<byte[], byte[]> member) {
    Producer<byte[], byte[]> producer = registry.producer();
    return new Leadership(
        registry.publisher(producer, 20),
        new Answers(
            producer,
            new TopicPartition(registry.store.topics().commands(), 0),
            registry.store.topics().feedbackDlq(),
            member::groupMetadata,
            Clock.systemUTC()),
        new TestRetraining(),
        Triggers.of(Triggers.after(0)),
        LearningMetrics.NOOP,
        Clock.systemUTC());
  }
}
