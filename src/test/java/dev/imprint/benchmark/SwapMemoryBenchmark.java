package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.Topics;
import dev.imprint.model.Backbone;
import dev.imprint.model.Backbones;
import dev.imprint.model.DenseHead;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.Metrics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Pixels;
import dev.imprint.rollout.ModelFollower;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.RolloutConfig;
import dev.imprint.rollout.RolloutMetrics;
import dev.imprint.training.Candidate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Memory of a process that only follows the rollout, over 100 and 1,000 swaps of a head as large as
 * in production (3,216 numbers, 10 labels). Broker and publisher are in another process; the
 * follower's heap is resident from the start, so any growth is native.
 */
public final class SwapMemoryBenchmark {
  private static final String PREFIX = "memory.";
  private static final int DIMENSION = 3216;
  private static final int LABELS = 10;

  /** A warm-up, 100 more, then thousands, which distinguish growth from memory that is reused. */
  private static final List<Integer> GOALS = List.of(200, 300, 1_300, 2_300, 3_300);

  private static final int MAX_RECORD_BYTES = 2_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final NamedBackbone BACKBONE = new NamedBackbone("memory", DIMENSION);

  private SwapMemoryBenchmark() {}

  /**
   * @param args none; the following process gets the bootstrap servers
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 1) {
      follow(args[0]);
      return;
    }
    Path data = Files.createTempDirectory("imprint-swaps");
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      ModelStore store = store(broker.bootstrapServers());
      createTopics(store);
      Process follower = follower(broker.bootstrapServers());
      try (Producer<byte[], byte[]> producer =
              store.clients().transactionalProducer(MAX_RECORD_BYTES, PREFIX + "leader");
          BufferedReader answers =
              new BufferedReader(new InputStreamReader(follower.getInputStream(), UTF_8))) {
        producer.initTransactions();
        try (Publisher publisher =
            Publisher.open(
                producer, store, new OpenBackbones(BACKBONE.id(), null), 20, Clock.systemUTC())) {
          int swaps = 0;
          for (int goal : GOALS) {
            for (; swaps < goal; swaps++) {
              swap(publisher, swaps, follower, answers);
            }
            System.out.printf("%5d swaps: %s%n", swaps, ask("memory", follower, answers));
          }
        }
      } finally {
        follower.destroy();
        follower.waitFor();
      }
    }
  }

  private static ModelStore store(String bootstrapServers) {
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

  private static Process follower(String bootstrapServers) throws IOException {
    ProcessBuilder follower =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms64m",
            "-Xmx64m",
            "-XX:+AlwaysPreTouch",
            // The optimizing compiler and malloc's per-thread arenas take tens of MB more over the
            // minutes, swaps or not, which would hide the memory that swaps take.
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SwapMemoryBenchmark.class.getName(),
            bootstrapServers);
    follower.environment().put("MALLOC_ARENA_MAX", "1");
    return follower.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void swap(Publisher publisher, int seed, Process follower, BufferedReader answers)
      throws Exception {
    var rollout = publisher.models().rollout();
    String parent = rollout == null ? null : rollout.serving();
    ModelVersion version =
        publisher.publish(candidate(seed), parent, "benchmark", Publisher.NOTHING_MORE);
    String answer = ask(version.version(), follower, answers);
    if (!"serves".equals(answer)) {
      throw new IllegalStateException(version.version() + ": " + answer);
    }
  }

  private static @Nullable String ask(String what, Process follower, BufferedReader answers)
      throws IOException {
    follower.getOutputStream().write((what + "\n").getBytes(UTF_8));
    follower.getOutputStream().flush();
    return answers.readLine();
  }

  private static Candidate candidate(int seed) {
    Random random = new Random(seed);
    float[] weights = new float[DIMENSION * LABELS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    List<String> labels = IntStream.range(0, LABELS).mapToObj(c -> "label-" + c).toList();
    return new Candidate(
        new DenseHead(BACKBONE.id(), labels, weights, new float[LABELS]),
        List.of(),
        new ModelVersion.Training(seed, "cpu", 0, Map.of(), Map.of()),
        new ModelVersion.Judgement(
            true, "better", new Metrics(0, 0, 0, 0, 0, List.of(), List.of()), null, null),
        List.of(),
        List.of(),
        List.of());
  }

  /** In the other process: answers whether a version serves, and how much memory is used. */
  private static void follow(String bootstrapServers) throws Exception {
    AtomicReference<String> served = new AtomicReference<>("");
    try (ModelFollower follower =
            new ModelFollower(
                store(bootstrapServers),
                Backbones.of(BACKBONE),
                null,
                RolloutConfig.DEFAULTS,
                RolloutMetrics.NOOP,
                model -> served.set(model.version()));
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      follower.start();
      String question;
      while ((question = questions.readLine()) != null) {
        boolean serves = question.equals("memory") || awaitServed(served, question);
        System.out.println(question.equals("memory") ? memory() : serves ? "serves" : "missing");
      }
    }
  }

  private static boolean awaitServed(AtomicReference<String> served, String version)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!version.equals(served.get())) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return true;
  }

  private static String memory() throws IOException {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    List<String> parts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS") || line.startsWith("RssAnon")) {
        parts.add(line.replaceAll("\\s+", " "));
      }
    }
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    var memory = ManagementFactory.getMemoryMXBean();
    parts.add("direct buffers %d kB".formatted(direct / 1024));
    parts.add("heap used %d kB".formatted(memory.getHeapMemoryUsage().getUsed() / 1024));
    parts.add("code and metadata %d kB".formatted(memory.getNonHeapMemoryUsage().getUsed() / 1024));
    return String.join(", ", parts);
  }

  private record NamedBackbone(String id, int dimension) implements Backbone {
    @Override
    public ImageDecoder decoder() {
      throw new UnsupportedOperationException();
    }

    @Override
    public float[][] embed(List<Pixels> images) {
      throw new UnsupportedOperationException("nothing is classified here");
    }

    @Override
    public void close() {}
  }
}
