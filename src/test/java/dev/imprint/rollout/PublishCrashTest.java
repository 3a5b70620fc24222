package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.model.ModelVersion.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Leaders in separate JVMs are killed while publishing: the version rolled out is complete for
 * readers even before any cleanup, and the next leader publishes.
 */
@SuppressWarnings("NullAway.Init")
class PublishCrashTest {
  private static final int NEVER = 0;

  /** More than publishing has; ends the loop if halting ever fails. */
  private static final int MOST_STEPS = 40;

  @TempDir private Path directory;
  private final List<Process> workers = new ArrayList<>();
  private EmbeddedBroker broker;
  private TestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
    registry = TestRegistry.create(broker.bootstrapServers(), "crash.");
    // So that each of the next ones deletes an old version.
    publishHere();
    publishHere();
  }

  @AfterEach
  void stop() {
    workers.forEach(Process::destroyForcibly);
    broker.close();
  }

  @Test
  @Tag("long") // a JVM per step
  void shouldStayConsistentWhereverPublishingIsKilled() throws Exception {
    int step = 1;
    Set<Integer> published = new TreeSet<>();
    while (step < MOST_STEPS) {
      int before = registry.store.models().nextNumber();
      Process worker = worker(1, step);
      assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();

      Models after = registry.assertConsistent();
      if (worker.exitValue() == 0) {
        break;
      }
      assertThat(worker.exitValue()).isEqualTo(PublishWorker.HALTED);
      if (after.nextNumber() > before) {
        published.add(step);
      }
      publishHere();
      step++;
    }

    System.out.printf(
        "killed before each of %d steps; published from step %s%n", step - 1, published);
    assertThat(step).isBetween(18, MOST_STEPS - 1);
    assertThat(published)
        .as("a version is out from the step after its commit on, never before")
        .isNotEmpty()
        .hasSizeLessThan(step - 1)
        .containsExactlyElementsOf(IntStream.range(step - published.size(), step).boxed().toList());
    assertNoOrphansAfterCleaning();
  }

  @Test
  @Tag("long")
  void shouldStayConsistentWhenKilledAtAnyMoment() throws Exception {
    for (int i = 0; i < 3; i++) {
      int goal = registry.store.models().nextNumber() + 2 + i;
      Process worker = worker(100_000, NEVER);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> registry.store.models().nextNumber() >= goal);

      worker.destroyForcibly();

      assertThat(worker.waitFor(30, TimeUnit.SECONDS)).isTrue();
      registry.assertConsistent();
      publishHere();
    }
    assertNoOrphansAfterCleaning();
  }

  /** Like the next leader: fences the one that was killed, and publishes. */
  private void publishHere() throws Exception {
    try (Producer<byte[], byte[]> producer = registry.producer();
        Publisher publisher = registry.publisher(producer, 1)) {
      int number = publisher.models().nextNumber();
      PublishWorker.publish(publisher);
      // A commit returns before its markers are on all partitions.
      await()
          .untilAsserted(
              () ->
                  assertThat(registry.assertConsistent().serving())
                      .isNotNull()
                      .extracting(version -> version.version())
                      .asString()
                      .startsWith("v" + number + "-"));
    }
  }

  private void assertNoOrphansAfterCleaning() throws IOException {
    try (Producer<byte[], byte[]> producer = registry.producer();
        Publisher publisher = registry.publisher(producer, 1);
        ArtifactReader artifacts = registry.store.artifacts()) {
      publisher.clean();

      Models models = registry.assertConsistent();
      assertThat(artifacts.keys())
          .containsExactlyInAnyOrderElementsOf(
              models.artifacts().flatMap(PublishCrashTest::keys).distinct().toList());
    }
  }

  private static Stream<String> keys(Artifact artifact) {
    return IntStream.range(0, artifact.chunks().size()).mapToObj(i -> artifact.sha256() + "/" + i);
  }

  private Process worker(int versions, int step) throws IOException {
    Process worker =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PublishWorker.class.getName(),
                broker.bootstrapServers(),
                "crash.",
                Integer.toString(versions),
                Integer.toString(step))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("worker-" + workers.size() + ".log").toFile())
            .start();
    workers.add(worker);
    return worker;
  }
}
