package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.Topics;
import dev.imprint.pipeline.MicroBatchProcessor.BatchLimits;
import dev.imprint.pipeline.part.Output;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a stream thread waits in a poll: briefly while a batch is open, and else long. */
class PatienceTest {
  private static final Duration IDLE = Duration.ofMillis(250);
  private static final Duration LINGER = Duration.ofMillis(2);

  @TempDir private Path state;
  private final List<Duration> whileProcessing = new ArrayList<>();
  private final ThreadLocal<ThreadBatch> batches =
      ThreadLocal.withInitial(
          () ->
              new ThreadBatch(
                  new BatchLimits(24, 1_000, LINGER),
                  batch -> {
                    whileProcessing.add(patience());
                    return batch.stream().map(input -> List.<Output>of()).toList();
                  }));

  private Duration patience() {
    return batches.get().patience(IDLE);
  }

  @Test
  void shouldWaitOnlyShortlyWhileItsTasksAreBeingSetUp() {
    assertThat(patience()).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void shouldBlockOnceItHasTasksAndNothingToDo() {
    try (TopologyTestDriver driver = driver()) {
      assertThat(driver.metrics()).isNotEmpty();
      assertThat(patience()).isEqualTo(IDLE);
    }
  }

  @Test
  void shouldWaitNoLongerThanTheLingerWhileABatchIsOpenAndBlockAgainAfterItsCommit() {
    try (TopologyTestDriver driver = driver()) {
      send(driver); // the driver commits after each record
      Duration afterwards = patience();

      assertThat(whileProcessing).containsExactly(LINGER);
      assertThat(afterwards).isEqualTo(IDLE);
    }
  }

  @Test
  void shouldWatchTheCommitIntervalUntilProcessedRecordsAreCommitted() {
    var task = new MicroBatchProcessor("unused", batches);
    var other = new MicroBatchProcessor("unused", batches);
    ThreadBatch batch = batches.get();
    batch.opened(task);
    batch.opened(other);
    batch.uncommitted(task);
    batch.uncommitted(other);

    batch.committing(task);
    Duration oneLeft = patience();
    batch.closed(other);

    assertThat(oneLeft).isEqualTo(Duration.ofMillis(5));
    assertThat(patience()).isEqualTo(IDLE);
  }

  /** The wait asked for would outlast the test. */
  @Test
  void shouldPollForAsLongAsTheThreadDecides() {
    List<Duration> asked = new ArrayList<>();
    UnaryOperator<Duration> patience =
        atMost -> {
          asked.add(atMost);
          return Duration.ofMillis(1);
        };
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", "127.0.0.1:1");
    config.put("group.id", "any");
    try (Consumer<byte[], byte[]> consumer =
        new StreamsInternals.PatientClients(patience).getConsumer(config)) {
      consumer.subscribe(List.of("images"));

      ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofHours(1));

      assertThat(polled).isEmpty();
      assertThat(asked).containsExactly(Duration.ofHours(1));
    }
  }

  private TopologyTestDriver driver() {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "application.id",
            "test",
            "bootstrap.servers",
            "unused:1",
            "state.dir",
            state.toString()));
    return new TopologyTestDriver(ServingTopology.build(Topics.DEFAULTS, batches), properties);
  }

  private static void send(TopologyTestDriver driver) {
    driver
        .createInputTopic("images", new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput("id".getBytes(UTF_8), new byte[10]);
  }
}
