package dev.imprint.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Uuid;

/** Three brokers in JVMs of their own, which can be killed. The creator must close it. */
public final class TestCluster implements AutoCloseable {
  public static final int BROKERS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path directory;
  private final String id = Uuid.randomUuid().toString();
  private final List<Integer> ports;
  private final Process[] brokers = new Process[BROKERS];

  private TestCluster(Path directory, List<Integer> ports) {
    this.directory = directory;
    this.ports = ports;
  }

  /** Starts all of them; returns once they serve. */
  public static TestCluster start(Path directory) throws IOException {
    TestCluster cluster = new TestCluster(directory, freePorts(2 * BROKERS));
    boolean started = false;
    try {
      for (int broker = 0; broker < BROKERS; broker++) {
        cluster.start(broker);
      }
      cluster.awaitWhole();
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  public Clients clients() {
    return new Clients(new KafkaConfig(bootstrapServers(), Map.of()));
  }

  public String bootstrapServers() {
    return IntStream.range(0, BROKERS)
        .mapToObj(broker -> "127.0.0.1:" + ports.get(2 * broker))
        .collect(Collectors.joining(","));
  }

  /** Starts it again, or for the first time. */
  public void start(int broker) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(ClusterNode.class.getName());
    command.add(Integer.toString(broker + 1));
    command.add(directory.resolve("broker-" + broker).toString());
    command.add(id);
    ports.forEach(port -> command.add(port.toString()));
    brokers[broker] =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    directory.resolve("broker-" + broker + ".log").toFile()))
            .start();
  }

  /** SIGKILL. */
  public void kill(int broker) throws InterruptedException {
    brokers[broker].destroyForcibly().waitFor();
  }

  /** SIGTERM: it hands its partitions over. */
  public void stop(int broker) throws InterruptedException {
    brokers[broker].destroy();
    assertThat(brokers[broker].waitFor(90, TimeUnit.SECONDS)).as("ended within 90 s").isTrue();
  }

  /** Waits until all replicas are in sync, so that another broker may go. */
  public void awaitWhole() {
    try (Admin admin = clients().admin()) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(250))
          .ignoreExceptionsInstanceOf(ExecutionException.class)
          .until(() -> isWhole(admin));
    }
  }

  private static boolean isWhole(Admin admin) throws ExecutionException, InterruptedException {
    if (admin.describeCluster().nodes().get().size() < BROKERS) {
      return false;
    }
    Set<String> topics = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    return admin.describeTopics(topics).allTopicNames().get().values().stream()
        .flatMap(topic -> topic.partitions().stream())
        .allMatch(partition -> partition.isr().size() == BROKERS);
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> claimed = new ArrayList<>(); // all at once, so that they differ
    try {
      for (int i = 0; i < count; i++) {
        claimed.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return claimed.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket each : claimed) {
        each.close();
      }
    }
  }

  @Override
  public void close() {
    for (Process broker : brokers) {
      if (broker != null) {
        broker.destroyForcibly();
      }
    }
  }
}
