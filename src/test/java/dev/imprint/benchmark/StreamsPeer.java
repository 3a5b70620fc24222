package dev.imprint.benchmark;

import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@link StreamsPeerApplication}, with the flags of {@code bin/imprint}.
 *
 * @param states a folder; each start has one of its own in it
 */
record StreamsPeer(Path head, Path states) implements Peer {
  @Override
  public String name() {
    return "Kafka Streams, a record at a time";
  }

  @Override
  public Process start(String bootstrapServers, Topics topics) throws IOException {
    Path state = Files.createTempDirectory(Files.createDirectories(states), "streams");
    ProcessBuilder builder =
        Peer.process(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            StreamsPeerApplication.class.getName(),
            bootstrapServers,
            topics.prefix(),
            head.toString(),
            state.toString());
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    return builder.start();
  }
}
