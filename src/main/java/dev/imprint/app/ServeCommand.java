package dev.imprint.app;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.Service;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "serve",
    description = {
      "Run the service: classify images, and learn from labels, until it is stopped.",
      "Ctrl-C or SIGTERM shuts it down cleanly; nothing is lost, however it stops."
    })
final class ServeCommand implements Callable<Integer> {
  private static final int KAFKAS_PORT = 9092;
  private static final long MIN_HEAP_BYTES = 192L << 20;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--embedded",
      description = "Start a Kafka broker in this process, and create the topics.")
  private boolean embedded;

  @Option(
      names = "--bootstrap-port",
      paramLabel = "PORT",
      description = "Port of the embedded broker (default 9092); 0 picks a free port.")
  private @Nullable Integer bootstrapPort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory for state and the embedded broker's log; overrides data.")
  private @Nullable Path data;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port for the page, health and metrics; overrides http.port.")
  private @Nullable Integer httpPort;

  @Option(
      names = "--head",
      paramLabel = "FILE",
      description = "Trained head to serve until a version is rolled out; overrides serving.head.")
  private @Nullable Path head;

  @Option(
      names = "--pin",
      paramLabel = "VERSION",
      description = "Serve this version, whatever is rolled out; overrides rollout.pin.")
  private @Nullable String pin;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (bootstrapPort != null && !embedded) {
      throw new ParameterException(
          spec.commandLine(), "--bootstrap-port is for the embedded broker: add --embedded");
    }
    Map<String, Object> overrides = new HashMap<>();
    put(overrides, "data", data);
    put(overrides, "http.port", httpPort);
    put(overrides, "serving.head", head);
    put(overrides, "rollout.pin", pin);
    ImprintConfig config = kafka.config(overrides);
    requireHeap(Runtime.getRuntime().maxMemory());
    if (!embedded) {
      Service.requireKafka(config);
    }
    // Not earlier: Kafka's clients would log a wrong address over and over, which the error says in
    // one line.
    Logging.configure(config.log());
    Service service =
        embedded
            ? Service.startEmbedded(config, bootstrapPort == null ? KAFKAS_PORT : bootstrapPort)
            : Service.start(config);
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "imprint-shutdown"));
    new CountDownLatch(1).await();
    return ExitCodes.DONE;
  }

  /** With less, the backbone does not even load, and Java only says that the heap is full. */
  static void requireHeap(long bytes) {
    if (bytes < MIN_HEAP_BYTES) {
      throw new CommandFailedException(
          "Java's heap is %d MiB, but the service needs %d MiB: set IMPRINT_JAVA_OPTS=-Xmx1g"
              .formatted(bytes >> 20, MIN_HEAP_BYTES >> 20));
    }
  }

  private static void put(Map<String, Object> overrides, String key, @Nullable Object value) {
    if (value != null) {
      overrides.put(key, value instanceof Path path ? path.toString() : value);
    }
  }
}
