package dev.imprint.benchmark;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Images a second through Kafka, exactly once, compared with the same network and decoding in a
 * bare loop; then latency at ten images a second, memory, and the time from start to the first
 * prediction. Both sides alternate on the same machine, so that their ratio is valid even if the
 * machine is noisy. {@code bin/benchmark} runs it.
 */
public final class ServingBenchmark {
  private static final int ROUNDS = 3;
  private static final int IMAGES = 3_200;
  private static final PeerRun.Rate RATE = new PeerRun.Rate(10, 600);
  private static final int BATCH = 32;
  private static final int CLASSES = 10;

  private final List<byte[]> pictures;
  private final Path directory;

  private ServingBenchmark(List<byte[]> pictures, Path directory) {
    this.pictures = pictures;
    this.directory = directory;
  }

  /**
   * @param args a folder of pictures, and the file to write
   */
  public static void main(String[] args) throws Exception {
    List<byte[]> pictures = pictures(Path.of(args[0]));
    Path directory = Files.createTempDirectory("imprint-benchmark");
    String report = new ServingBenchmark(pictures, directory).run();
    System.out.print(report);
    BenchmarksFile.write(Path.of(args[1]), report);
    System.exit(0);
  }

  /** The folder's JPEGs, by path. */
  static List<byte[]> pictures(Path folder) throws IOException {
    List<byte[]> pictures = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList()) {
        pictures.add(Files.readAllBytes(file));
      }
    }
    if (pictures.isEmpty()) {
      System.err.println("benchmark: no .jpg in " + folder + ": name a folder with photographs");
      System.exit(2);
    }
    return pictures;
  }

  private String run() throws Exception {
    List<Double> bare = new ArrayList<>();
    List<PeerRun.Result> served = new ArrayList<>();
    try (var backbone =
            KerasBackbone.open(BackboneDescription.bundled(), TensorFlowConfig.DEFAULT);
        var decoder =
            new TensorFlowImageDecoder(
                BackboneDescription.bundled().pictureInput(),
                ImageLimits.DEFAULT,
                TensorFlowConfig.DEFAULT);
        EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
      DenseHead head = head(backbone.id(), backbone.dimension());
      Path headFile = directory.resolve("benchmark.head");
      try (OutputStream out = Files.newOutputStream(headFile)) {
        HeadFile.write(head, out);
      }
      Path yaml = new BundledBackbone(directory).yaml(Precision.FP32);
      bareLoop(backbone, decoder, head); // warm-up
      for (int round = 0; round < ROUNDS; round++) {
        bare.add(bareLoop(backbone, decoder, head));
        Topics topics = new Topics("round%d.".formatted(round));
        Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
        Peer imprint = new ImprintPeer("Imprint", headFile, directory.resolve("states"), yaml);
        var load = new PeerRun.Load(pictures, IMAGES, List.of(RATE));
        served.add(new PeerRun(clients, topics, imprint).measure(load));
        System.err.printf(
            Locale.ROOT,
            "round %d: bare %.1f, served %.1f images/s%n",
            round + 1,
            bare.get(round),
            served.get(round).throughput().imagesPerSecond());
      }
    }
    return report(bare, served);
  }

  /** With random weights. */
  static DenseHead head(String backboneId, int dimension) {
    Random random = new Random(1);
    float[] weights = new float[dimension * CLASSES];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian() / 40;
    }
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(c -> "class-" + c).toList();
    return new DenseHead(backboneId, labels, weights, new float[CLASSES]);
  }

  /** Images a second of a loop that decodes on all cores, embeds and classifies. */
  private double bareLoop(KerasBackbone backbone, TensorFlowImageDecoder decoder, DenseHead head)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      long start = System.nanoTime();
      for (int done = 0; done < IMAGES; done += BATCH) {
        List<Callable<Pixels>> tasks = new ArrayList<>();
        for (int i = done; i < done + BATCH; i++) {
          byte[] picture = pictures.get(i % pictures.size());
          tasks.add(() -> decoder.decode(picture));
        }
        List<Pixels> batch = new ArrayList<>();
        for (Future<Pixels> pixels : pool.invokeAll(tasks)) {
          batch.add(pixels.get());
        }
        for (float[] probabilities : head.probabilities(backbone.embed(batch))) {
          head.top(probabilities, 5);
        }
      }
      return IMAGES / ((System.nanoTime() - start) / 1e9);
    } finally {
      pool.shutdown();
    }
  }

  private static String report(List<Double> bare, List<PeerRun.Result> served) throws IOException {
    StringBuilder rows = new StringBuilder();
    double[] ratios = new double[bare.size()];
    for (int i = 0; i < ratios.length; i++) {
      PeerRun.Result s = served.get(i);
      double rate = s.throughput().imagesPerSecond();
      Latency latency = s.latencies().get(0);
      ratios[i] = rate / bare.get(i);
      rows.append(
          "| %d | %.1f | %.1f | %.2f | %.1f | %.1f | %d | %.1f | %.1f |%n"
              .formatted(
                  i + 1,
                  bare.get(i),
                  rate,
                  ratios[i],
                  latency.p50Ms(),
                  latency.p99Ms(),
                  s.residentMiB(),
                  s.startSeconds(),
                  s.startCpuSeconds()));
    }
    Arrays.sort(ratios);
    return """
        ## Serving

        The last output of `bin/benchmark`, %s

        EfficientNet-Lite0 at 224 × 224, fp32, %d photographs per round. *Bare*: decoder, network and
        head in a loop with batches of %d, without Kafka. *Served*: `imprint serve` in a separate
        process with default settings, exactly once; the images are on the topic before it starts, and
        the first fifth of them is not counted. Broker, producer and consumer run on the same cores.
        Latency: from sending an image until a read-committed consumer receives its prediction, for 600
        images at ten a second. Memory: resident set of the service's process after that. Start: from
        starting the process until its first prediction is received; CPU: the processor time of all its
        threads until then.

        | round | bare, images/s | served, images/s | ratio | p50, ms | p99, ms | memory, MiB | start, s | CPU s |
        |---|---|---|---|---|---|---|---|---|
        %s
        Median ratio: **%.2f** (goal: at least 0.90).
        """
        .formatted(BenchmarksFile.dateAndMachine(), IMAGES, BATCH, rows, ratios[ratios.length / 2]);
  }
}
