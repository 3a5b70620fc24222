package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.demo.BeltHead;
import dev.imprint.event.HeadFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code imprint serve} in its own JVM, started as a user would. Closing kills it. */
final class ServeProcess implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final int httpPort;

  private ServeProcess(Process process, Path log, int httpPort) {
    this.process = process;
    this.log = log;
    this.httpPort = httpPort;
  }

  /** Starts it and waits until it serves. */
  static ServeProcess start(int httpPort, Path log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.awt.headless=true",
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-cp",
            System.getProperty("java.class.path"),
            Imprint.class.getName(),
            "serve",
            "--http-port",
            Integer.toString(httpPort)));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    ServeProcess serve = new ServeProcess(builder.start(), log, httpPort);
    boolean ready = false;
    try {
      await()
          .atMost(Duration.ofMinutes(2))
          .failFast(
              () ->
                  assertThat(serve.process.isAlive())
                      .as(() -> "serve lives: " + read(log))
                      .isTrue())
          .until(() -> serve.status("/health/ready") == 200);
      ready = true;
      return serve;
    } finally {
      if (!ready) {
        serve.close();
      }
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Writes the demo's head, which knows the belt's parts, for {@code --head}. */
  static Path beltHead(Path directory) throws IOException {
    Path file = directory.resolve("belt.head");
    try (OutputStream out = Files.newOutputStream(file)) {
      HeadFile.write(BeltHead.read().head(), out);
    }
    return file;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** 0 if it does not answer. */
  int status(String path) throws InterruptedException {
    try {
      return get(path).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  String body(String path) throws IOException, InterruptedException {
    return get(path).body();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + httpPort + path);
    return http.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Those that it has started. */
  List<ProcessHandle> children() {
    return process.children().toList();
  }

  /** SIGTERM; waits until it has ended, as a JVM does whose shutdown hooks ran to completion. */
  void terminate() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(15, TimeUnit.SECONDS))
        .as(() -> "ended within 15 s: " + threadsAndLog())
        .isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 15);
  }

  /** Its log, at whose end its threads are: to find why it hangs. */
  String threadsAndLog() {
    try {
      new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start().waitFor();
      await().until(() -> read(log).contains("Heap"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return read(log);
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
