package dev.imprint.app.options;

import dev.imprint.app.config.ConfigException;
import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.config.FileErrors;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.event.Clients;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that talks to Kafka, named like those of Kafka's own tools. */
public final class KafkaOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The settings file; config/imprint.yaml lists every setting.")
  private @Nullable Path file;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description = "Kafka's address; overrides kafka.bootstrap_servers.")
  private @Nullable String bootstrapServer;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description = "Kafka client properties (TLS, SASL); overrides kafka.properties.")
  private @Nullable Path commandConfig;

  /**
   * @throws ConfigException if the settings are invalid
   */
  public ImprintConfig config() {
    return config(Map.of());
  }

  /**
   * @param overrides other settings on the command line, by dotted key
   */
  public ImprintConfig config(Map<String, ?> overrides) {
    Map<String, Object> all = new HashMap<>(overrides);
    if (bootstrapServer != null) {
      all.put("kafka.bootstrap_servers", bootstrapServer);
    }
    if (commandConfig != null) {
      all.put("kafka.properties", properties(commandConfig));
    }
    return new ConfigReader(System::getenv).read(file, all);
  }

  /** The user who runs the command, for records. */
  public static String user() {
    return System.getProperty("user.name", "unknown");
  }

  public static Clients clients(ImprintConfig config) {
    return new Clients(config.kafka());
  }

  private static Map<String, String> properties(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new ConfigException(
          "--command-config %s: cannot be read: %s; name a file of Kafka client properties"
              .formatted(file, FileErrors.reason(e)));
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }
}
