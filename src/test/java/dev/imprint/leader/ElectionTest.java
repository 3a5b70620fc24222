package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.model.CheckResult;
import dev.imprint.rollout.TestRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several leaders in one group, with nothing to train. */
@SuppressWarnings("NullAway.Init")
class ElectionTest {
  private static final String GROUP = "leader.group";

  @TempDir private Path data;
  private final AtomicInteger leaderships = new AtomicInteger();
  private EmbeddedBroker broker;
  private TestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(data, 0);
    registry = TestRegistry.create(broker.bootstrapServers(), "leader.");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void shouldLeadOnWhileOthersJoinAndLeaveAndHandOverInTheEnd() {
    try (Leader first = leader();
        Leader second = leader();
        Leader third = leader()) {
      first.start();
      await().atMost(Duration.ofSeconds(30)).until(first::leads);

      second.start();
      awaitMembers(2);
      third.start();
      awaitMembers(3);
      third.close();
      awaitMembers(2);

      assertThat(first.leads()).isTrue();
      assertThat(leaderships).as("leaderships, the first one's without a break").hasValue(1);
      first.close();
      await().atMost(Duration.ofSeconds(30)).until(second::leads);
      assertThat(leaderships).hasValue(2);
      assertThat(second.check()).isEqualTo(CheckResult.UP);
    }
  }

  private void awaitMembers(int members) {
    try (Admin admin = registry.store.clients().admin()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                for (var group :
                    admin.describeConsumerGroups(List.of(GROUP)).all().get().values()) {
                  assertThat(group.groupState()).isEqualTo(GroupState.STABLE);
                  assertThat(group.members()).hasSize(members);
                }
              });
    }
  }

  private Leader leader() {
    return new Leader(
        registry.store.clients(), GROUP, registry.store.topics().commands(), this::begin);
  }

  private Leadership begin(Consumer<byte[], byte[]> member) {
    leaderships.incrementAndGet();
    Producer<byte[], byte[]> producer = registry.producer();
    return new Leadership(
        registry.publisher(producer, 1),
        new Answers(
            producer,
            new TopicPartition(registry.store.topics().commands(), 0),
            registry.store.topics().feedbackDlq(),
            member::groupMetadata,
            TestRegistry.CLOCK),
        new TestRetraining(),
        Triggers.of(Triggers.after(0)),
        LearningMetrics.NOOP,
        TestRegistry.CLOCK);
  }
}
