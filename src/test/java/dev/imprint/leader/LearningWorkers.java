package dev.imprint.leader;

import static java.util.stream.Collectors.toMap;

import dev.imprint.leader.LearningWorker.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** The running instances, in separate JVMs. The creator must close it. */
final class LearningWorkers implements AutoCloseable {
  /**
   * One of the instances.
   *
   * @param state its own directory, or one left by an instance that has ended
   */
  record Worker(String name, Process process, Path state, Path moments) {
    List<Moment> passed() {
      try {
        // The last line may be incomplete.
        return Files.exists(moments)
            ? Files.readAllLines(moments).stream()
                .filter(line -> !line.isEmpty())
                .map(Moment::valueOf)
                .toList()
            : List.of();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean leads() {
      List<Moment> passed = passed();
      return passed.lastIndexOf(Moment.LEADS) > passed.lastIndexOf(Moment.LEADS_NO_LONGER);
    }

    long count(Moment moment) {
      return passed().stream().filter(moment::equals).count();
    }
  }

  /** Not in the test's directory, so that they can be read after a failure. */
  private static final Path LOGS = Path.of("target", "learning-crash");

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Path directory;
  private final String bootstrapServers;
  private final String prefix;
  private final List<Worker> running = new ArrayList<>();
  private final List<Path> logs = new ArrayList<>();

  LearningWorkers(Path directory, String bootstrapServers, String prefix) {
    this.directory = directory;
    this.bootstrapServers = bootstrapServers;
    this.prefix = prefix;
  }

  /**
   * @param state directory of a worker that has ended
   */
  Worker start(Path state) throws IOException {
    String name = "instance-" + (logs.size() + 1);
    Path log = Files.createDirectories(LOGS).resolve(name + ".log");
    Path moments = directory.resolve(name + ".moments");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.maxBytes=0",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                LearningWorker.class.getName(),
                bootstrapServers,
                prefix,
                state.toString(),
                moments.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    logs.add(log);
    Worker worker = new Worker(name, process, state, moments);
    running.add(worker);
    return worker;
  }

  /** With its own directory. */
  Worker start() throws IOException {
    return start(Files.createTempDirectory(directory, "state"));
  }

  void remove(Worker worker) {
    running.remove(worker);
  }

  Worker awaitLeader() {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(this::leader, Optional::isPresent)
        .orElseThrow();
  }

  /** Waits until the leader reaches this moment once more; returns the leader. */
  Worker awaitLeaderAt(Moment moment) {
    Map<Worker, Long> before =
        running.stream().collect(toMap(Function.identity(), worker -> worker.count(moment)));
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> leader().filter(worker -> worker.count(moment) > before.getOrDefault(worker, 0L)),
            Optional::isPresent)
        .orElseThrow();
  }

  Worker follower() {
    return running.stream().filter(worker -> !worker.leads()).findFirst().orElseThrow();
  }

  /** Lines of all logs with this text. */
  List<String> logged(String text) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path log : logs) {
      Files.readAllLines(log).stream().filter(line -> line.contains(text)).forEach(found::add);
    }
    return found;
  }

  private Optional<Worker> leader() {
    return running.stream().filter(Worker::leads).findFirst();
  }

  @Override
  public void close() {
    running.forEach(worker -> worker.process().destroyForcibly());
  }
}
