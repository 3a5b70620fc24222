package dev.imprint.app;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.TestCluster;
import dev.imprint.demo.BeltStream;
import dev.imprint.demo.belt.BeltPicture;
import dev.imprint.demo.belt.Scene;
import dev.imprint.tensorflow.picture.TestPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers and three complete services, each in its own JVM, at 40 images a second for five
 * minutes; one broker or service after another is killed or stopped, and restarted. Tests what is
 * delivered, not how fast a network is: the one used here is tiny.
 */
class ClusterCrashTest {
  private static final long SEED = 20261128;
  private static final Duration RUN = Duration.ofMinutes(5);
  private static final int SERVICES = 3;
  private static final int PARTITIONS = 6;
  private static final int IMAGES_PER_SECOND = 40;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** How a broker or a service is ended. */
  private enum Deed {
    KILL_SERVICE,
    STOP_BROKER,
    KILL_BROKER,
    STOP_SERVICE;
  }

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory; // keeps the logs of a failure

  private final Random random = new Random(SEED);
  private final List<ServeProcess> services = new ArrayList<>();
  private final List<Integer> httpPorts = new ArrayList<>();

  @Test
  @Tag("cluster")
  @Timeout(900)
  void shouldLoseAndDoubleNothingThoughBrokersAndServicesAreKilledAndStopped() throws Exception {
    List<byte[]> pictures =
        Stream.generate(new BeltStream(SEED, Scene.USUAL)::next)
            .limit(50)
            .map(BeltPicture::bytes)
            .toList();
    try (TestCluster cluster = TestCluster.start(directory)) {
      createTopics(cluster);
      try (var seen = new CommittedPredictions(cluster.clients())) {
        Path config = settings();
        for (int service = 0; service < SERVICES; service++) {
          httpPorts.add(ServeProcess.freePort());
          services.add(serve(cluster, service, config));
        }
        List<String> deeds = new ArrayList<>();
        int sent;
        try (var traffic = new PictureTraffic(cluster.clients(), pictures, IMAGES_PER_SECOND)) {
          Instant end = Instant.now().plus(RUN);
          awaitEachPartition(seen, Instant.now());
          for (int i = 0; Instant.now().isBefore(end); i++) {
            Deed deed = Deed.values()[i % Deed.values().length];
            Instant at = Instant.now();
            int victim = carryOut(deed, cluster, config);
            awaitEachPartition(seen, Instant.now());
            cluster.awaitWhole();
            deeds.add(
                "%s %d: longest without a prediction %.1f s, of one partition %.1f s"
                    .formatted(
                        deed,
                        victim,
                        seconds(seen.longestGap(at)),
                        seconds(seen.longestGapOfAPartition(at))));
          }
          sent = traffic.stop();
          await().atMost(PATIENCE).until(() -> seen.ids().stream().distinct().count() >= sent);
        }
        services.forEach(ServeProcess::close);
        seen.awaitQuiet(Duration.ofSeconds(5));

        Map<String, Long> counts = seen.ids().stream().collect(groupingBy(id -> id, counting()));
        deeds.forEach(System.out::println);
        System.out.printf(
            "%d images sent, %d predicted, %d duplicated; longest without any prediction %.1f s%n",
            sent,
            counts.size(),
            counts.values().stream().filter(count -> count > 1).count(),
            seconds(seen.longestGap(Instant.MIN)));
        assertThat(counts)
            .containsOnlyKeys(
                IntStream.range(0, sent).mapToObj(n -> "t" + n).toArray(String[]::new));
        assertThat(counts.values()).containsOnly(1L);
      }
    } finally {
      services.forEach(ServeProcess::close);
    }
  }

  private void createTopics(TestCluster cluster) {
    Cli created =
        Cli.run(
            "topics",
            "create",
            "--bootstrap-server",
            cluster.bootstrapServers(),
            "--partitions",
            Integer.toString(PARTITIONS),
            "--replication-factor",
            "3");
    assertThat(created.exitCode()).as(created.err()).isZero();
  }

  /**
   * Ends a broker or service and restarts it a few seconds later.
   *
   * @return which one
   */
  private int carryOut(Deed deed, TestCluster cluster, Path config) throws Exception {
    int victim =
        random.nextInt(
            deed == Deed.KILL_BROKER || deed == Deed.STOP_BROKER ? TestCluster.BROKERS : SERVICES);
    switch (deed) {
      case KILL_BROKER -> cluster.kill(victim);
      case STOP_BROKER -> cluster.stop(victim);
      case KILL_SERVICE -> services.get(victim).kill();
      case STOP_SERVICE -> services.get(victim).terminate();
    }
    // The seed determines how long it is away, whatever is awaited.
    LockSupport.parkNanos(Duration.ofMillis(1000 + random.nextInt(4000)).toNanos());
    switch (deed) {
      case KILL_BROKER, STOP_BROKER -> cluster.start(victim);
      case KILL_SERVICE, STOP_SERVICE -> services.set(victim, serve(cluster, victim, config));
    }
    return victim;
  }

  /** With a network that takes almost no time: brokers and services may all share two cores. */
  private Path settings() throws IOException {
    Files.write(directory.resolve("colors.keras"), TestPictures.resource("/keras/colors.keras"));
    Path network =
        Files.writeString(
            directory.resolve("colors.yaml"),
            "file: colors.keras\ninput_size: 8\nlabels: [red, green, blue]\n");
    return Files.writeString(
        directory.resolve("service.yaml"), "backbone: %s%n".formatted(network));
  }

  private ServeProcess serve(TestCluster cluster, int service, Path config) throws IOException {
    return ServeProcess.start(
        httpPorts.get(service),
        directory.resolve("service-" + service + ".log"),
        "--bootstrap-server",
        cluster.bootstrapServers(),
        "--config",
        config.toString(),
        "--data",
        directory.resolve("data-" + service).toString());
  }

  /** Waits until each partition has a prediction for an image received after this moment. */
  private static void awaitEachPartition(CommittedPredictions seen, Instant since) {
    await().atMost(PATIENCE).until(() -> seen.partitionsReceivedAfter(since) == PARTITIONS);
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }
}
