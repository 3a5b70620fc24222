package dev.imprint.broker;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One real Kafka broker and controller (KRaft) in this JVM, on loopback only. Its data stays in its
 * directory. The caller must close it; closing waits until the logs are on disk.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

  /**
   * Size of the largest record that any topic may allow. Topics set their own limit; this one only
   * has to be above them.
   */
  private static final int MAX_MESSAGE_BYTES = 128 * 1024 * 1024;

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts a broker and returns when it accepts connections (2 to 4 seconds).
   *
   * @param data directory for its logs; created if missing
   * @param port of the listener for clients; 0 for any free one
   * @throws InvalidSettingException if the port number is invalid
   * @throws IllegalStateException if the port is in use
   */
  public static EmbeddedBroker start(Path data, int port) {
    return start(data, port, Map.of());
  }

  /** With the Kafka settings {@code more} overriding our own: for tests of stricter brokers. */
  static EmbeddedBroker start(Path data, int port, Map<String, ?> more) {
    unless(
        port >= 0 && port <= 65_535,
        "--bootstrap-port",
        port,
        "set 1 to 65535, or 0 for any free port");
    int clientPort = claimPort(port);
    int controllerPort = claimPort(0);
    try {
      Files.createDirectories(data);
      format(data);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the broker's data to " + data, e);
    }
    Map<String, Object> settings = settings(data, clientPort, controllerPort);
    settings.putAll(more);
    if (KilledBroker.left(data) && !KilledBroker.fence(settings)) {
      LOG.warn("The broker that used {} was killed and could not be fenced", data);
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException | Error e) {
      server.shutdown(); // stops the parts that had started
      throw e;
    }
    return new EmbeddedBroker(server, "127.0.0.1:" + clientPort);
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static int claimPort(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(
          "port %d on 127.0.0.1 is in use; choose another with --bootstrap-port".formatted(port),
          e);
    }
  }

  private static void format(Path data) {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    try {
      new Formatter()
          .setNodeId(1)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(data.toString())
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName("CONTROLLER")
          .setIgnoreFormatted(true)
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .run();
    } catch (Exception e) { // declared by Kafka
      throw new IllegalStateException("cannot format the broker's data in " + data, e);
    }
  }

  static Map<String, Object> settings(Path data, int clientPort, int controllerPort) {
    Map<String, Object> s = new HashMap<>();
    s.put("process.roles", "broker,controller");
    s.put("node.id", "1");
    s.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    s.put("controller.listener.names", "CONTROLLER");
    s.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(clientPort, controllerPort));
    s.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + clientPort);
    s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    s.put("log.dirs", data.toString());
    // A single node replicates nothing.
    for (String log : new String[] {"transaction.state.log", "share.coordinator.state.topic"}) {
      s.put(log + ".replication.factor", "1");
      s.put(log + ".min.isr", "1");
      s.put(log + ".num.partitions", "4");
    }
    s.put("offsets.topic.replication.factor", "1");
    s.put("offsets.topic.num.partitions", "4");
    s.put("default.replication.factor", "1");
    s.put("min.insync.replicas", "1");
    s.put("auto.create.topics.enable", "false");
    // Nobody else will join, so do not wait.
    s.put("group.initial.rebalance.delay.ms", "0");
    // Lets a short session timeout detect a killed member within seconds.
    s.put("group.min.session.timeout.ms", "1000");
    s.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    s.put("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    // Small: threads and the cleaner's buffer are most of an idle broker's memory.
    s.put("num.network.threads", "2");
    s.put("num.io.threads", "4");
    s.put("log.cleaner.dedupe.buffer.size", "2097152");
    s.put("log.segment.bytes", Integer.toString(128 * 1024 * 1024));
    return s;
  }
}
