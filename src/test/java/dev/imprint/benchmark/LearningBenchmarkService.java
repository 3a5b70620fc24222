package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One {@code imprint serve} in its own process, and the user's commands for it. It learns only on
 * command. Not thread-safe; closing ends the process.
 */
final class LearningBenchmarkService implements AutoCloseable {
  static final String APPLICATION = "benchmark";
  private static final int DONE = 0;
  private static final int REFUSED = 3;
  private static final Duration START = Duration.ofMinutes(2);
  private static final long END_SECONDS = 60;
  private static final Clock CLOCK = Clock.systemUTC();

  /** A line printed by a command, and when. */
  record Line(Instant at, String text) {}

  /** A command's result; stdout and stderr combined. */
  record Output(int exitCode, List<Line> lines) {
    Line last() {
      return lines.get(lines.size() - 1);
    }

    /** The first line with this beginning. */
    Line line(String start) {
      return lines.stream()
          .filter(line -> line.text().startsWith(start))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no '" + start + "' in " + lines));
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final String bootstrapServers;
  private final Path data;
  private final Path config;
  private final File log;
  private final int httpPort;
  // If the benchmark is stopped, its service must not keep running.
  private final Thread hook = new Thread(this::destroy);
  private volatile @Nullable Process process;

  LearningBenchmarkService(String bootstrapServers, Path directory) throws IOException {
    this.bootstrapServers = bootstrapServers;
    this.data = directory.resolve("data");
    this.config = directory.resolve("benchmark.yaml");
    this.log = directory.resolve("serve.log").toFile();
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      this.httpPort = socket.getLocalPort();
    }
    configure(1);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Stops the previous one in an orderly way, and returns once the new one serves. */
  void start(long seed) throws IOException, InterruptedException {
    stop();
    configure(seed);
    Process started =
        builder("serve")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    process = started;
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (!started.isAlive()) {
                throw new IllegalStateException(Files.readString(log.toPath()));
              }
              return isReady();
            });
  }

  private void configure(long seed) throws IOException {
    String settings =
        """
        application_id: %s
        kafka: {bootstrap_servers: '%s'}
        data: '%s'
        http: {port: %d}
        training: {new_labels: 0, max_wait_minutes: 0, seed: %d}
        """;
    Files.writeString(
        config, settings.formatted(APPLICATION, bootstrapServers, data, httpPort, seed));
  }

  void stop() throws InterruptedException {
    destroy();
    Process ending = process;
    if (ending != null && !ending.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("serve did not end within %d s".formatted(END_SECONDS));
    }
    process = null;
  }

  /** As on an instance that has just become the leader. */
  void forgetEmbeddings() throws IOException, InterruptedException {
    stop();
    delete(data.resolve("embeddings"));
  }

  /**
   * Runs a command of Imprint to completion.
   *
   * @throws IllegalStateException unless it was done or refused
   */
  Output run(String... arguments) throws IOException, InterruptedException {
    Process command = builder(arguments).redirectErrorStream(true).start();
    List<Line> lines = new ArrayList<>();
    try (BufferedReader reader = command.inputReader(UTF_8)) {
      reader.lines().forEach(text -> lines.add(new Line(CLOCK.instant(), text)));
    }
    int exitCode = command.waitFor();
    if (exitCode != DONE && exitCode != REFUSED) {
      throw new IllegalStateException(
          "%s: exit code %d: %s".formatted(List.of(arguments), exitCode, lines));
    }
    return new Output(exitCode, lines);
  }

  /** The sum of a meter over all tags, by its name in Prometheus. */
  double metric(String name) throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  URI page() {
    return URI.create("http://127.0.0.1:%d/".formatted(httpPort));
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>(List.of("bin/imprint"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--config", config.toString()));
    return new ProcessBuilder(command);
  }

  private boolean isReady() throws InterruptedException {
    try {
      return get("/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false; // not listening yet
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(page().resolve(path)).timeout(Duration.ofSeconds(10)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private void destroy() {
    Process running = process;
    if (running != null) {
      running.destroy();
    }
  }

  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
