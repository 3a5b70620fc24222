package dev.imprint.app;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of commands that are run against one test's topics.
 *
 * @param file with these settings
 */
public record CliSettings(Topics topics, Path file) {
  public static CliSettings write(BrokerExtension broker, Path directory, int maxImageBytes)
      throws IOException {
    Topics topics = new Topics(broker.prefix());
    String yaml =
        """
        application_id: %1$simprint
        kafka: {bootstrap_servers: '%2$s'}
        topics: {prefix: '%1$s'}
        images: {max_bytes: %3$d}
        """
            .formatted(topics.prefix(), broker.bootstrapServers(), maxImageBytes);
    return new CliSettings(topics, Files.writeString(directory.resolve("imprint.yaml"), yaml));
  }

  public Cli run(String command) {
    List<String> args = new ArrayList<>(List.of(command.split(" ")));
    args.addAll(List.of("--config", file.toString()));
    return Cli.run(args.toArray(String[]::new));
  }
}
