package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.rollout.ModelStore;
import dev.imprint.tensorflow.tuning.TuningExample;
import dev.imprint.tensorflow.tuning.TuningNetwork;
import dev.imprint.tensorflow.tuning.TuningPictures;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two whole instances with a small network, each in a JVM of its own, which images and labels reach
 * all the time, to be killed and stopped while they fine-tune.
 */
@SuppressWarnings("NullAway.Init")
class FineTuneCrashSteps {
  static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long SEED = 20261130;
  private static final int OF_EACH = 80;
  private static final int IMAGES_PER_SECOND = 10;

  /** Pictures that are sent over and over; the others are learned first. */
  private static final int SENT_AGAIN = 40;

  /** An instance; its disk survives it. */
  record Instance(String name, Path data, Path log, ServeProcess process) {
    boolean leads() throws IOException {
      String text = Files.readString(log);
      return text.lastIndexOf("is now the leader") > text.lastIndexOf("is no longer the leader");
    }
  }

  final Random random = new Random(SEED);
  final Map<String, Instance> instances = new HashMap<>();

  /** Labels of the pictures that are learned first, by image id. */
  final Map<String, String> learned = new HashMap<>();

  /** Keeps the logs of a failure. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  Path backbone;
  Clients clients;
  PictureTraffic traffic;
  private EmbeddedBroker broker;

  @BeforeEach
  void start() throws Exception {
    backbone = TuningNetwork.write(dir);
    broker = EmbeddedBroker.start(dir.resolve("broker"), 0);
    clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
    assertThat(imprint("topics create").exitCode()).isZero();
    List<TuningExample> pictures =
        TuningPictures.write(Files.createDirectories(dir.resolve("pictures")), OF_EACH);
    for (TuningExample each : pictures.subList(SENT_AGAIN, pictures.size())) {
      String id = each.label() + "/" + each.picture().getFileName();
      Path file = dir.resolve("train").resolve(id);
      Files.createDirectories(file.getParent());
      Files.copy(each.picture(), file);
      learned.put(id, each.label());
    }
    start("a");
    start("b");
    List<byte[]> again = new ArrayList<>();
    for (TuningExample each : pictures.subList(0, SENT_AGAIN)) {
      again.add(Files.readAllBytes(each.picture()));
    }
    List<String> labels = pictures.stream().limit(SENT_AGAIN).map(TuningExample::label).toList();
    traffic = new PictureTraffic(clients, again, labels, IMAGES_PER_SECOND);
    Cli sent = imprint("send --label-by-folder " + dir.resolve("train"));
    assertThat(sent.exitCode()).as(sent.err()).isZero();
  }

  @AfterEach
  void stop() {
    instances.values().forEach(instance -> instance.process().close());
    traffic.close();
    broker.close();
  }

  /** Starts an instance on the disk of its name; waits until it serves. */
  Instance start(String name) throws IOException {
    Path data = dir.resolve(name);
    Path config =
        Files.writeString(
            dir.resolve(name + ".yaml"),
            """
            data: %s
            backbone: %s
            tensorflow: {threads: 1}
            buffer: {unlabelled: 0}
            rollout: {keep_versions: 50}
            training:
              new_labels: 0
              max_wait_minutes: 0
              fine_tune:
                {from: block2_, views: 1, epochs: 60, patience: 60, averaged: 1, memory_mb: 1024}
            """
                .formatted(data, backbone));
    Path log = dir.resolve("%s-%d.log".formatted(name, System.nanoTime()));
    ServeProcess process =
        ServeProcess.start(
            ServeProcess.freePort(),
            log,
            "--bootstrap-server",
            broker.bootstrapServers(),
            "--config",
            config.toString());
    Instance instance = new Instance(name, data, log, process);
    instances.put(name, instance);
    return instance;
  }

  Cli imprint(String command) {
    List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
    arguments.addAll(List.of("--bootstrap-server", broker.bootstrapServers()));
    return Cli.run(arguments.toArray(String[]::new));
  }

  ModelStore store() {
    return new ModelStore(clients, Topics.DEFAULTS);
  }

  /** Trains a head, and makes it serve; its version. */
  String trainHead() {
    return serving(imprint("retrain --wait --timeout 120"));
  }

  /** Fine-tunes; done once the command is answered, whoever leads then. */
  CompletableFuture<Cli> fineTune() {
    return CompletableFuture.supplyAsync(() -> imprint("retrain --fine-tune --wait --timeout 170"));
  }

  /** The version that came of a training; it is made to serve if the gate has refused it. */
  String serving(Cli trained) {
    String version = version(trained);
    if (trained.exitCode() == ExitCodes.REFUSED) {
      Cli promoted = imprint("models promote " + version);
      assertThat(promoted.exitCode()).as(promoted.err()).isZero();
    }
    return version;
  }

  /** The version that came of a training. */
  static String version(Cli trained) {
    assertThat(trained.exitCode()).as(trained.err()).isIn(ExitCodes.DONE, ExitCodes.REFUSED);
    String last =
        trained.exitCode() == ExitCodes.DONE
            ? trained.out()
            : trained.err().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).as(trained.err()).startsWith("v");
    return last.substring(0, last.indexOf(':'));
  }

  Instance leader() {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              for (Instance each : instances.values()) {
                if (each.leads()) {
                  return each;
                }
              }
              return null;
            },
            found -> found != null);
  }

  Instance other(Instance than) {
    return instances.values().stream().filter(each -> each != than).findFirst().orElseThrow();
  }

  /** Ends one by SIGKILL or SIGTERM. */
  void end(Instance victim, boolean kill) throws InterruptedException {
    instances.remove(victim.name());
    if (kill) {
      victim.process().kill();
    } else {
      victim.process().terminate();
    }
  }

  /** The seed determines the moment, whatever is awaited. */
  void pause(int mostMillis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(mostMillis)));
  }

  /** Waits until more is written to a topic of one partition, committed or not. */
  void awaitMoreOn(String topic, long end) {
    try (Consumer<byte[], byte[]> consumer = uncommitted()) {
      await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> end(consumer, topic) > end);
    }
  }

  long end(String topic) {
    try (Consumer<byte[], byte[]> consumer = uncommitted()) {
      return end(consumer, topic);
    }
  }

  private static long end(Consumer<byte[], byte[]> consumer, String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  private Consumer<byte[], byte[]> uncommitted() {
    return clients.consumer(Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted"));
  }

  /** Waits until an instance serves that version. */
  static void awaitServes(Instance instance, String version) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                instance
                    .process()
                    .body("/metrics")
                    .lines()
                    .anyMatch(l -> l.startsWith("imprint_model_info{") && l.contains(version)));
  }

  /** Stops the traffic, and compares all that came out with all that went in. */
  void assertAll(int fineTunings) throws Exception {
    int sent = traffic.stop();
    new FineTuneCrashCheck(clients, store(), backbone, learned, traffic, sent)
        .assertAll(fineTunings);
  }
}
