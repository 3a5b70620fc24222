package dev.imprint.broker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One of several nodes, broker and controller, in its own JVM: every write is stored on two of
 * them.
 */
final class ClusterNode {
  private ClusterNode() {}

  /**
   * @param args this node's number from 1 on, its directory, the cluster's id, then for each node
   *     the ports for clients and for controllers
   */
  public static void main(String[] args) throws Exception {
    int node = Integer.parseInt(args[0]);
    Path data = Path.of(args[1]);
    List<Integer> ports =
        List.of(args).subList(3, args.length).stream().map(Integer::valueOf).toList();
    if (!Files.exists(data.resolve("meta.properties"))) {
      Files.createDirectories(data);
      new Formatter()
          .setNodeId(node)
          .setClusterId(args[2])
          .addDirectory(data.toString())
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName("CONTROLLER")
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .run();
    }
    KafkaRaftServer server =
        new KafkaRaftServer(new KafkaConfig(settings(node, data, ports), false), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
    server.startup();
    server.awaitShutdown();
  }

  private static Map<String, String> settings(int node, Path data, List<Integer> ports) {
    String client = "PLAINTEXT://127.0.0.1:" + ports.get(2 * (node - 1));
    Map<String, String> s = new HashMap<>();
    s.put("process.roles", "broker,controller");
    s.put("node.id", Integer.toString(node));
    s.put(
        "controller.quorum.voters",
        IntStream.range(0, ports.size() / 2)
            .mapToObj(i -> "%d@127.0.0.1:%d".formatted(i + 1, ports.get(2 * i + 1)))
            .collect(Collectors.joining(",")));
    s.put("controller.listener.names", "CONTROLLER");
    s.put("listeners", client + ",CONTROLLER://127.0.0.1:" + ports.get(2 * node - 1));
    s.put("advertised.listeners", client);
    s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    s.put("log.dirs", data.toString());
    s.put("default.replication.factor", "3");
    s.put("min.insync.replicas", "2");
    for (String log : List.of("transaction.state.log", "share.coordinator.state.topic")) {
      s.put(log + ".replication.factor", "3");
      s.put(log + ".min.isr", "2");
      s.put(log + ".num.partitions", "6");
    }
    s.put("offsets.topic.replication.factor", "3");
    s.put("offsets.topic.num.partitions", "6");
    s.put("auto.create.topics.enable", "false");
    // Small, since three of them share a machine with the rest.
    s.put("num.network.threads", "2");
    s.put("num.io.threads", "4");
    s.put("log.cleaner.dedupe.buffer.size", "2097152");
    return s;
  }
}
