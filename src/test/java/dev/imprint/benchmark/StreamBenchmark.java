package dev.imprint.benchmark;

import static java.util.stream.Collectors.joining;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What an image costs, and how much memory is resident, from the first thousand to the last of a
 * long backlog: Imprint in each precision, and the service in Python, one after the other on the
 * same cores. {@code bin/benchmark --stream} runs it.
 */
public final class StreamBenchmark {
  private static final int IMAGES = 100_000;
  private static final List<Integer> SHARES = List.of(100, 30, 10, 3, 1);
  private static final int WARM_UP = 3_200;

  private StreamBenchmark() {}

  /**
   * @param args a Python with the peer's packages, a folder of pictures, the file to write, and for
   *     a trial, which writes no file, how many images instead of 100,000
   */
  public static void main(String[] args) throws Exception {
    boolean trial = args.length > 3;
    int images = trial ? Integer.parseInt(args[3]) : IMAGES;
    List<byte[]> pictures = ServingBenchmark.pictures(Path.of(args[1]));
    Path folder = Files.createTempDirectory("imprint-benchmark");
    String section;
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
      List<Peer> peers =
          PeersBenchmark.peers(Path.of(args[0]), folder).stream()
              .filter(peer -> !(peer instanceof StreamsPeer))
              .toList();
      section = run(clients, peers, pictures, images);
    } finally {
      LearningBenchmarkService.delete(folder);
    }
    System.out.print(section);
    if (!trial) {
      BenchmarksFile.write(Path.of(args[2]), section);
    }
    System.exit(0);
  }

  private static String run(Clients clients, List<Peer> peers, List<byte[]> pictures, int images)
      throws Exception {
    // Or else the first program waits for a broker not yet compiled.
    measure(clients, peers.get(0), "warmup.", pictures, WARM_UP);
    StringBuilder rows = new StringBuilder();
    List<Double> last = new ArrayList<>(); // images a second of the last stretch
    for (Peer peer : peers) {
      var samples = measure(clients, peer, "stream%d.".formatted(last.size()), pictures, images);
      String its = rows(peer.name(), samples);
      System.err.print(its);
      rows.append(its);
      last.add(lastStretch(samples).imagesPerSecond());
    }
    return section(images, rows.toString(), ratios(peers, last));
  }

  private static List<Throughput.Sample> measure(
      Clients clients, Peer peer, String prefix, List<byte[]> pictures, int images)
      throws Exception {
    var load = new PeerRun.Load(pictures, images, List.of());
    return new PeerRun(clients, new Topics(prefix), peer).measure(load).samples();
  }

  /** A line for each stretch of the stream. */
  private static String rows(String peer, List<Throughput.Sample> samples) {
    int images = samples.get(samples.size() - 1).received();
    List<String> lines = new ArrayList<>();
    int from = 1;
    for (int share : SHARES) {
      int to = images / share;
      Throughput stretch = Throughput.between(samples, from, to);
      lines.add(
          "| %s | %,d to %,d | %.1f | %.2f | %d |%n"
              .formatted(
                  from == 1 ? peer : "",
                  from,
                  to,
                  stretch.imagesPerSecond(),
                  stretch.cpuMsPerImage(),
                  Throughput.at(samples, to).residentMiB()));
      from = to;
    }
    return String.join("", lines);
  }

  private static Throughput lastStretch(List<Throughput.Sample> samples) {
    int images = samples.get(samples.size() - 1).received();
    return Throughput.between(samples, images / SHARES.get(SHARES.size() - 2), images);
  }

  /** Of each program to the service in Python, the last one. */
  private static String ratios(List<Peer> peers, List<Double> rates) {
    int python = peers.size() - 1;
    return "Images a second in the last stretch, compared with %s: %s."
        .formatted(
            peers.get(python).name(),
            IntStream.range(0, python)
                .mapToObj(
                    i ->
                        "%s **%.2f**"
                            .formatted(peers.get(i).name(), rates.get(i) / rates.get(python)))
                .collect(joining("; ")));
  }

  private static String section(int images, String rows, String ratios) throws IOException {
    return """
        ## A long stream

        The last output of `bin/benchmark --stream`, %s

        As under *Peers*, but with %,d photographs on the topic before each program starts, all of
        which count: Imprint becomes faster while Java compiles its code. Memory: resident set at the
        end of each stretch.

        | | images | images/s | CPU ms/image | memory, MiB |
        |---|---|---|---|---|
        %s
        %s
        """
        .formatted(BenchmarksFile.dateAndMachine(), images, rows, ratios);
  }
}
