package dev.imprint.benchmark;

import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code imprint serve} with default settings, exactly once.
 *
 * @param states a folder; each start has one of its own in it
 * @param backbone its YAML; null for the bundled one
 */
record ImprintPeer(String name, Path head, Path states, @Nullable Path backbone) implements Peer {
  @Override
  public Process start(String bootstrapServers, Topics topics) throws IOException {
    Path state = Files.createTempDirectory(Files.createDirectories(states), "state");
    return imprint(
        bootstrapServers,
        topics,
        backbone,
        "serve",
        "--data",
        state.toString(),
        "--http-port",
        "0",
        "--head",
        head.toString());
  }

  /** Like a user; this also waits for the partitions' leaders. */
  static void createTopics(String bootstrapServers, Topics topics)
      throws IOException, InterruptedException {
    if (imprint(bootstrapServers, topics, null, "topics", "create").waitFor() != 0) {
      throw new IllegalStateException("the topics could not be made");
    }
  }

  private static Process imprint(
      String bootstrapServers, Topics topics, @Nullable Path backbone, String... arguments)
      throws IOException {
    Path config = Files.createTempFile("benchmark", ".yaml");
    config.toFile().deleteOnExit();
    String settings = "topics: {prefix: '%s'}%napplication_id: %s%n";
    String network =
        backbone == null ? "" : "backbone: '%s'%n".formatted(backbone.toAbsolutePath());
    Files.writeString(config, settings.formatted(topics.prefix(), topics.prefix()) + network);
    List<String> command = new ArrayList<>(List.of("bin/imprint"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--bootstrap-server", bootstrapServers));
    command.addAll(List.of("--config", config.toString()));
    return Peer.process(command.toArray(String[]::new)).start();
  }
}
