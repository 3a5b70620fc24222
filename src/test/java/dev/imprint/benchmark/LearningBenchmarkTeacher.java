package dev.imprint.benchmark;

import static org.awaitility.Awaitility.await;

import dev.imprint.benchmark.LearningBenchmarkService.Line;
import dev.imprint.benchmark.LearningBenchmarkService.Output;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.Command;
import dev.imprint.model.ModelVersion;
import dev.imprint.rollout.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Teaches the service with its commands, and reports how long each step took. Not thread-safe. */
final class LearningBenchmarkTeacher {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /**
   * One training; times are of the wall clock.
   *
   * @param labelled when the last label was sent; same as {@code asked} if none was
   * @param asked when {@code imprint retrain} sent its command
   * @param training when it began to train, with all labelled pictures embedded
   * @param serves when the first prediction arrived that names the version; if the gate refused it,
   *     when that was reported
   * @param embeddingSeconds the backbone's time for the buffer since {@code labelled}
   */
  record LearningFigures(
      Instant labelled,
      Instant asked,
      Instant training,
      Instant serves,
      double embeddingSeconds,
      ModelVersion version,
      String verdict) {
    double seconds() {
      return seconds(labelled, serves);
    }

    double untilAsked() {
      return seconds(labelled, asked);
    }

    double untilTraining() {
      return seconds(asked, training);
    }

    double trainingSeconds() {
      return version.training().seconds();
    }

    double publishing() {
      return seconds(training, serves) - trainingSeconds();
    }

    private static double seconds(Instant from, Instant to) {
      return Duration.between(from, to).toMillis() / 1e3;
    }
  }

  private final LearningBenchmarkService service;
  private final Clients clients;
  private final Path photographs;
  private final List<byte[]> traffic = new ArrayList<>();
  private @Nullable LearningFigures first;

  /**
   * @param photographs with train/ and validation/, each with one folder per class
   */
  LearningBenchmarkTeacher(LearningBenchmarkService service, Clients clients, Path photographs)
      throws IOException {
    this.service = service;
    this.clients = clients;
    this.photographs = photographs;
    for (Path file : files(validation())) {
      traffic.add(Files.readAllBytes(file));
    }
  }

  LearningBenchmarkService service() {
    return service;
  }

  ModelStore store() {
    return new ModelStore(clients, Topics.DEFAULTS);
  }

  Clients clients() {
    return clients;
  }

  Path validation() {
    return photographs.resolve("validation");
  }

  LearningBenchmarkTraffic traffic() {
    return LearningBenchmarkTraffic.start(traffic, clients, Topics.DEFAULTS);
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** How it learned the training photographs; makes it learn them if it has not yet. */
  LearningFigures first() throws IOException, InterruptedException {
    LearningFigures known = first;
    if (known == null) {
      service.start(1);
      Path train = photographs.resolve("train");
      known = send(train, files(train).size());
      first = known;
    }
    return known;
  }

  /** Sends pictures labelled with their folders' names, and makes it learn. */
  LearningFigures send(Path folder, int pictures) throws IOException, InterruptedException {
    double feedback = feedback();
    double embedding = embedding();
    Output sent = service.run("send", "--label-by-folder", folder.toString());
    awaitFeedback(feedback + pictures);
    return retrain(sent.line("sent ").at(), embedding);
  }

  /** Trains on its labels. */
  LearningFigures retrain() throws IOException, InterruptedException {
    return retrain(null, embedding());
  }

  /** All feedback so far, in this process of the service. */
  double feedback() throws IOException, InterruptedException {
    return service.metric("imprint_feedback_total");
  }

  void awaitFeedback(double count) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> feedback() >= count);
  }

  private double embedding() throws IOException, InterruptedException {
    return service.metric("imprint_buffer_embedding_seconds_sum");
  }

  private LearningFigures retrain(@Nullable Instant labelled, double embeddingBefore)
      throws IOException, InterruptedException {
    try (LearningBenchmarkTraffic running = traffic()) {
      Output output = service.run("retrain", "--wait");
      ModelVersion version = newest();
      Line verdict = output.last();
      Instant serves = output.exitCode() == 0 ? running.firstOf(version.version()) : verdict.at();
      Instant asked = asked();
      System.err.println(verdict.text());
      return new LearningFigures(
          labelled == null ? asked : labelled,
          asked,
          output.line("training on ").at(),
          serves,
          embedding() - embeddingBefore,
          version,
          verdict.text());
    }
  }

  ModelVersion newest() {
    List<ModelVersion> all = store().models().versions();
    return all.get(all.size() - 1);
  }

  /** When the last command was sent. */
  private Instant asked() throws IOException {
    TopicPartition commands = new TopicPartition(Topics.DEFAULTS.commands(), 0);
    Instant asked = Instant.MIN;
    try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
      consumer.assign(List.of(commands));
      consumer.seekToBeginning(List.of(commands));
      long end = consumer.endOffsets(List.of(commands)).getOrDefault(commands, 0L);
      while (consumer.position(commands) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (Json.decode(record.value(), Map.class).containsKey("kind")) {
            asked = Json.decode(record.value(), Command.class).issuedAt();
          }
        }
      }
    }
    return asked;
  }
}
