package dev.imprint.benchmark;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/** Measures one program in its own process, on topics of its own. */
record PeerRun(Clients clients, Topics topics, Peer peer) {
  private static final long STOP_SECONDS = 60;

  /** Pictures at a steady rate. */
  record Rate(int perSecond, int images) {}

  /**
   * The input of a program.
   *
   * @param backlog how many pictures are on the topic before it starts
   * @param rates then, one after the other, for latencies
   */
  record Load(List<byte[]> pictures, int backlog, List<Rate> rates) {}

  /**
   * @param samples of the backlog
   * @param latencies for each rate
   * @param residentMiB after all of that
   * @param startCpuSeconds until its first prediction, as {@code startSeconds}
   * @param confidences of the backlog's predictions
   */
  record Result(
      List<Throughput.Sample> samples,
      List<Latency> latencies,
      long residentMiB,
      double startSeconds,
      double startCpuSeconds,
      double[] confidences) {
    Throughput throughput() {
      return Throughput.of(samples);
    }
  }

  Result measure(Load load) throws IOException, InterruptedException, ExecutionException {
    String servers = clients.config().bootstrapServers();
    ImprintPeer.createTopics(servers, topics);
    try (ServingTraffic traffic = ServingTraffic.open(clients, topics, load.pictures())) {
      traffic.send(load.backlog());
      long start = System.nanoTime();
      Process process = peer.start(servers, topics);
      // If the benchmark is stopped, the program must not keep running.
      Thread hook = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        return measure(traffic, load, process, start);
      } finally {
        stop(process);
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    } finally {
      deleteTopics();
    }
  }

  private static Result measure(ServingTraffic traffic, Load load, Process process, long start)
      throws IOException, InterruptedException {
    ServingTraffic.Received backlog = traffic.receive(load.backlog(), process);
    double[] confidences = backlog.confidences();
    List<Latency> latencies = new ArrayList<>();
    for (Rate rate : load.rates()) {
      latencies.add(traffic.latency(rate, process));
    }
    Throughput.Sample first = backlog.samples().get(0);
    return new Result(
        backlog.samples(),
        latencies,
        residentMiB(process),
        (first.nanos() - start) / 1e9,
        first.cpu().toNanos() / 1e9,
        confidences);
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  /** Large pictures would fill the disk. */
  private void deleteTopics() throws InterruptedException {
    try (Admin admin = clients.admin()) {
      List<String> own =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith(topics.prefix()))
              .toList();
      admin.deleteTopics(own).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not delete the topics " + topics.prefix(), e);
    }
  }

  /** User and system time, as in {@code /proc/PID/stat}, and memory. */
  static Throughput.Sample sample(int received, long nanos, Process process) throws IOException {
    Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
    return new Throughput.Sample(received, nanos, cpu, residentMiB(process));
  }

  private static long residentMiB(Process process) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> kilobytes(line.substring(line.indexOf(':') + 1)))
              .sum()
          / 1024;
    }
  }

  /** In the format of /proc: "1234 kB". */
  static long kilobytes(String text) {
    return Long.parseLong(text.trim().split(" ")[0]);
  }
}
