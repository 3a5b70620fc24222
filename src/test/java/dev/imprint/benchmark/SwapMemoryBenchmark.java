package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.TopFile;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.model.TunedTop;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.Publisher;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.tuning.PretrainedTop;
import dev.imprint.training.Candidate;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Memory of a process that only follows the rollout, over thousands of swaps of a head as large as
 * in production (3,216 numbers, 10 labels), and over {@value #NETWORK_SWAPS} between a head of the
 * bundled network and a fine-tuned version of it. Broker and publisher are in another process; the
 * follower's heap is resident from the start, so any growth is native.
 */
public final class SwapMemoryBenchmark {
  static final int DIMENSION = 3216;
  private static final String PREFIX = "memory.";
  private static final int LABELS = 10;

  /** A warm-up, 100 more, then thousands, which distinguish growth from memory that is reused. */
  private static final List<Integer> GOALS = List.of(200, 300, 1_300, 2_300, 3_300);

  /** Before those that count: the first networks fill TensorFlow's and malloc's pools. */
  private static final int NETWORK_WARM_UP = 10;

  private static final int NETWORK_SWAPS = 30;
  private static final int MAX_RECORD_BYTES = 2_000_000;
  private static final String NAMED = "memory";
  private static final String BUNDLED = "bundled";

  private final Publisher publisher;
  private final Process follower;
  private final BufferedReader answers;

  private SwapMemoryBenchmark(Publisher publisher, Process follower, BufferedReader answers) {
    this.publisher = publisher;
    this.follower = follower;
    this.answers = answers;
  }

  @FunctionalInterface
  private interface Course {
    void run(SwapMemoryBenchmark its) throws Exception;
  }

  /**
   * @param args heads, networks, or both
   */
  public static void main(String[] args) throws Exception {
    for (String part : args) {
      switch (part) {
        case "heads" -> measure(NAMED, NAMED, 64, SwapMemoryBenchmark::heads);
        case "networks" ->
            measure(
                BUNDLED, BackboneDescription.bundled().id(), 256, SwapMemoryBenchmark::networks);
        default -> throw new IllegalArgumentException(part + ": name heads or networks");
      }
    }
    System.exit(0);
  }

  private static void measure(String backbone, String id, int heapMb, Course course)
      throws Exception {
    Path data = Files.createTempDirectory("imprint-swaps");
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      ModelStore store = store(broker.bootstrapServers());
      createTopics(store);
      Process follower = follower(broker.bootstrapServers(), backbone, heapMb);
      try (Producer<byte[], byte[]> producer =
              store.clients().transactionalProducer(MAX_RECORD_BYTES, PREFIX + "leader");
          BufferedReader answers =
              new BufferedReader(new InputStreamReader(follower.getInputStream(), UTF_8))) {
        producer.initTransactions();
        try (Publisher publisher =
            Publisher.open(producer, store, new OpenBackbones(id, null), 20, Clock.systemUTC())) {
          course.run(new SwapMemoryBenchmark(publisher, follower, answers));
        }
      } finally {
        follower.destroy();
        follower.waitFor();
      }
    } finally {
      LearningBenchmarkService.delete(data);
    }
  }

  static ModelStore store(String bootstrapServers) {
    return new ModelStore(
        new Clients(new KafkaConfig(bootstrapServers, Map.of())), new Topics(PREFIX));
  }

  private static void createTopics(ModelStore store) throws Exception {
    List<NewTopic> topics =
        store.topics().specs(MAX_RECORD_BYTES).stream()
            .filter(Topics.Spec::single)
            .map(s -> new NewTopic(s.name(), Optional.of(1), Optional.empty()).configs(s.config()))
            .toList();
    try (Admin admin = store.clients().admin()) {
      admin.createTopics(topics).all().get();
      TopicLogs.await(admin, topics.stream().map(NewTopic::name).toList(), Duration.ofSeconds(30));
    }
  }

  private static Process follower(String bootstrapServers, String backbone, int heapMb)
      throws IOException {
    ProcessBuilder follower =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms%dm".formatted(heapMb),
            "-Xmx%dm".formatted(heapMb),
            "-XX:+AlwaysPreTouch",
            // The optimizing compiler and malloc's per-thread arenas take tens of MB more over the
            // minutes, swaps or not, which would hide the memory that swaps take.
            "-XX:TieredStopAtLevel=1",
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-cp",
            System.getProperty("java.class.path"),
            SwapFollower.class.getName(),
            bootstrapServers,
            backbone);
    follower.environment().put("MALLOC_ARENA_MAX", "1");
    return follower.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private void heads() throws Exception {
    int swaps = 0;
    for (int goal : GOALS) {
      for (; swaps < goal; swaps++) {
        publish(head(NAMED, swaps));
      }
      System.out.printf("%5d swaps: %s%n", swaps, ask("memory"));
    }
  }

  /** Two versions in turn: each swap but the first opens a network, or closes one. */
  private void networks() throws Exception {
    String plain = publish(head(BackboneDescription.bundled().id(), 1));
    Candidate network = tuned();
    String tuned = publish(network);
    System.out.printf(
        "a network's learned weights: %,d bytes%n",
        Objects.requireNonNull(network.network()).weights().length);
    for (int swap = 1; swap <= NETWORK_WARM_UP + NETWORK_SWAPS; swap++) {
      String next = swap % 2 == 1 ? plain : tuned;
      publisher.promote(next, "benchmark", "in turn", Publisher.NOTHING_MORE);
      requireServes(next);
      System.out.printf(
          "%s swap %2d, to the %s one: %s%n",
          swap <= NETWORK_WARM_UP ? "warm-up" : "       ",
          swap <= NETWORK_WARM_UP ? swap : swap - NETWORK_WARM_UP,
          next.equals(plain) ? "plain" : "tuned",
          ask("memory"));
    }
  }

  /** Publishes and rolls out, and waits until it serves; returns its name. */
  private String publish(Candidate candidate) throws Exception {
    Rollout rollout = publisher.models().rollout();
    String parent = rollout == null ? null : rollout.serving();
    ModelVersion version =
        publisher.publish(candidate, parent, "benchmark", Publisher.NOTHING_MORE);
    requireServes(version.version());
    return version.version();
  }

  private void requireServes(String version) throws IOException {
    String answer = ask(version);
    if (!"serves".equals(answer)) {
      throw new IllegalStateException(version + ": " + answer);
    }
  }

  private @Nullable String ask(String what) throws IOException {
    follower.getOutputStream().write((what + "\n").getBytes(UTF_8));
    follower.getOutputStream().flush();
    return answers.readLine();
  }

  /** The bundled network as a fine-tuned one that has learned nothing, with a head of chance. */
  static Candidate tuned() throws IOException {
    TunedTop top = PretrainedTop.of(BackboneDescription.bundled(), LearningPart.from("block6a_"));
    ByteArrayOutputStream weights = new ByteArrayOutputStream();
    TopFile.write(top, weights);
    Candidate head = head(TopFile.digest(top), 2);
    return new Candidate(
        head.head(),
        List.of(),
        head.training(),
        head.judgement(),
        List.of(),
        List.of(),
        List.of(),
        new Candidate.TunedNetwork(
            BackboneDescription.bundled().id(), weights.toByteArray(), 1, "block6a"));
  }

  private static Candidate head(String backboneId, int seed) {
    Random random = new Random(seed);
    float[] weights = new float[DIMENSION * LABELS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    List<String> labels = IntStream.range(0, LABELS).mapToObj(c -> "label-" + c).toList();
    return new Candidate(
        new DenseHead(backboneId, labels, weights, new float[LABELS]),
        List.of(),
        new ModelVersion.Training(seed, "cpu", 0, Map.of(), Map.of()),
        new ModelVersion.Judgement(
            true, "better", new Metrics(0, 0, 0, 0, 0, List.of(), List.of()), null, null),
        List.of(),
        List.of(),
        List.of());
  }
}
