package dev.imprint.benchmark;

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
    StringBuilder rows = new StringBuilder();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
      List<Peer> peers =
          PeersBenchmark.peers(Path.of(args[0]), folder).stream()
              .filter(peer -> !(peer instanceof StreamsPeer))
              .toList();
      // Or else the first program waits for a broker not yet compiled.
      measure(clients, peers.get(0), "warmup.", pictures, WARM_UP);
      for (int i = 0; i < peers.size(); i++) {
        var samples = measure(clients, peers.get(i), "stream%d.".formatted(i), pictures, images);
        String row = row(peers.get(i).name(), samples);
        System.err.print(row);
        rows.append(row);
      }
    } finally {
      LearningBenchmarkService.delete(folder);
    }
    String section = section(images, rows.toString());
    System.out.print(section);
    if (!trial) {
      BenchmarksFile.write(Path.of(args[2]), section);
    }
    System.exit(0);
  }

  private static List<Throughput.Sample> measure(
      Clients clients, Peer peer, String prefix, List<byte[]> pictures, int images)
      throws Exception {
    var load = new PeerRun.Load(pictures, images, List.of());
    return new PeerRun(clients, new Topics(prefix), peer).measure(load).samples();
  }

  /** A line for each stretch of the stream. */
  private static String row(String peer, List<Throughput.Sample> samples) {
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

  private static String section(int images, String rows) throws IOException {
    return """
        ## A long stream

        The last output of `bin/benchmark --stream`, %s

        As for the peers, but %,d photographs are on the topic before each program starts, and none is left out:
        Java has compiled the service's code after some ten thousand. Memory: resident set at the
        end of the stretch.

        | | images | images/s | CPU, ms an image | memory, MiB |
        |---|---|---|---|---|
        %s"""
        .formatted(BenchmarksFile.dateAndMachine(), images, rows);
  }
}
