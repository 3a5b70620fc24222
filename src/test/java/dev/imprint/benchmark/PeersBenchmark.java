package dev.imprint.benchmark;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.BackboneInspection;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Imprint beside what people write instead of it, with the same network, head and pictures: in
 * Python with batches, and in Kafka Streams a record at a time. Each is a process of its own, one
 * after the other on the same cores, in an order that alternates. {@code bin/benchmark --peers}
 * runs it.
 */
public final class PeersBenchmark {
  private static final Path CACHE = Path.of("target/benchmark-pictures");
  private static final int ROUNDS = 2;
  private static final int IMAGES = 3_200;
  private static final int SLOW = 10;
  private static final int FAST = 60;

  private static final int LARGE_IMAGES = 240;
  private static final int LEAST_LARGE_IMAGES = 96; // a few batches

  /** So many different ones; they are larger than the photographs. */
  private static final int LARGE = 24;

  private final Clients clients;
  private final List<Peer> peers;
  private final PeersReport report;
  private int runs;

  private PeersBenchmark(Clients clients, List<Peer> peers) {
    this.clients = clients;
    this.peers = peers;
    this.report = new PeersReport(peers.stream().map(Peer::name).toList());
  }

  /**
   * @param args a Python with the peer's packages, a folder of pictures, the file to write, and for
   *     a trial, which writes no file, how many images instead of 3,200
   */
  public static void main(String[] args) throws Exception {
    boolean trial = args.length > 3;
    int images = trial ? Integer.parseInt(args[3]) : IMAGES;
    List<byte[]> pictures = ServingBenchmark.pictures(Path.of(args[1]));
    Path folder = Files.createTempDirectory("imprint-benchmark");
    String section;
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
      section = new PeersBenchmark(clients, peers(Path.of(args[0]), folder)).run(pictures, images);
    } finally {
      LearningBenchmarkService.delete(folder);
    }
    System.out.print(section);
    if (!trial) {
      BenchmarksFile.write(Path.of(args[2]), section);
    }
    System.exit(0);
  }

  /** Imprint in each precision that the processor has, then the others. */
  static List<Peer> peers(Path python, Path folder) throws IOException, InterruptedException {
    BundledBackbone bundled = new BundledBackbone(folder);
    Path states = folder.resolve("states");
    Path fp32 = bundled.yamlOfLastLayer(Precision.FP32);
    DenseHead head = head(fp32);
    Path file = write(head, folder.resolve("fp32.head"));
    List<Peer> peers = new ArrayList<>();
    peers.add(new ImprintPeer("Imprint, fp32", file, states, fp32));
    if (TensorFlowRuntime.probe().hasBf16()) {
      Path bf16 = bundled.yamlOfLastLayer(Precision.BF16);
      Path its = write(head(bf16), folder.resolve("bf16.head"));
      peers.add(new ImprintPeer("Imprint, bf16", its, states, bf16));
    }
    peers.add(PythonPeer.export(python, head, folder));
    peers.add(new StreamsPeer(file, states));
    return peers;
  }

  private static Path write(DenseHead head, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      HeadFile.write(head, out);
    }
    return file;
  }

  private static DenseHead head(Path yaml) {
    BackboneDescription description = BackboneDescription.load(yaml);
    int dimension = BackboneInspection.of(description.file(), 0).embeddingSize();
    return ServingBenchmark.head(description.id(), dimension);
  }

  private String run(List<byte[]> photographs, int images) throws Exception {
    List<byte[]> few = photographs.subList(0, Math.min(LARGE, photographs.size()));
    List<byte[]> large = new ScaledPictures(4_000, 3_000, CACHE).of(few);
    List<byte[]> small = new ScaledPictures(100, 100, CACHE).of(photographs);
    List<PeerRun.Rate> rates =
        List.of(
            new PeerRun.Rate(SLOW, Math.max(1, images * 600 / IMAGES)),
            new PeerRun.Rate(FAST, Math.max(1, images * 1_800 / IMAGES)));
    PeerRun.Load load = new PeerRun.Load(photographs, images, rates);
    measure(peers.get(0), load); // or else the first program waits for a broker not yet compiled
    for (int round = 1; round <= ROUNDS; round++) {
      round("photographs", round, load);
      int fewer = Math.max(LEAST_LARGE_IMAGES, images * LARGE_IMAGES / IMAGES);
      round("4000 × 3000", round, new PeerRun.Load(large, fewer, List.of()));
      round("100 × 100", round, new PeerRun.Load(small, images, List.of()));
    }
    return section(images, photographs, large, small);
  }

  private void round(String pictures, int round, PeerRun.Load load) throws Exception {
    List<Peer> order = new ArrayList<>(peers);
    if (round % 2 == 0) {
      Collections.reverse(order);
    }
    for (Peer peer : order) {
      PeerRun.Result result = measure(peer, load);
      report.add(pictures, round, peer.name(), result);
      System.err.printf(
          Locale.ROOT,
          "round %d, %s: %s: %.1f images/s%n",
          round,
          pictures,
          peer.name(),
          result.throughput().imagesPerSecond());
    }
  }

  private PeerRun.Result measure(Peer peer, PeerRun.Load load) throws Exception {
    return new PeerRun(clients, new Topics("run%d.".formatted(++runs)), peer).measure(load);
  }

  private String section(
      int images, List<byte[]> photographs, List<byte[]> large, List<byte[]> small)
      throws IOException {
    return """
        ## Peers

        The last output of `bin/benchmark --peers`, %s

        Imprint beside programs that people write instead, with the same network (EfficientNet-Lite0 at
        224 × 224), head and pictures. Each is a separate process; they run one after the other, in
        alternating order, on the same cores as broker, producer and consumer, after a run that only
        warms up the broker. *Imprint*: `imprint serve` with default settings, exactly once. *Python*:
        confluent-kafka and tensorflow-cpu, at least once; a SavedModel with frozen weights, batches of
        32 or 5 ms, and OpenCV in a thread per core, which decodes a batch while the previous one is in
        the network (`src/test/python/peers`). *Kafka Streams*: the usual application, at least once, one
        record at a time in a thread per core, with Imprint's decoder and network
        (`StreamsPeerApplication`). The last two keep no dead letters, learn nothing, and never change
        their model.

        %d photographs of %d kB on average are on the topic before the program starts; the first fifth of
        them is not counted. CPU: user and system time of the program's process. Latency: from sending an
        image until a read-committed consumer receives its prediction, for a minute at ten a second and
        half a minute at sixty. Memory: resident set after that. Start: from starting the process until
        its first prediction is received. *Difference*: the average difference of the confidence from that
        of Imprint with fp32; OpenCV rounds differently.

        %s
        Images a second of %s, as a ratio, round by round: %s.

        The same photographs, cropped, scaled and saved as JPEGs of quality 85: 4000 × 3000 (%d kB) and
        100 × 100 (%.1f kB). Each cell has one figure per round. All programs decode large pictures in full.

        %s"""
        .formatted(
            BenchmarksFile.dateAndMachine(),
            images,
            Math.round(kilobytes(photographs)),
            report.serving(),
            peers.get(0).name(),
            report.ratios(),
            Math.round(kilobytes(large)),
            kilobytes(small),
            report.sizes());
  }

  private static double kilobytes(List<byte[]> pictures) {
    return pictures.stream().mapToInt(picture -> picture.length).average().orElse(0) / 1_000;
  }
}
