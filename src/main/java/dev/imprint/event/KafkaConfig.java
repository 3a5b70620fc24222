package dev.imprint.event;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The settings under {@code kafka}.
 *
 * @param bootstrapServers host:port, separated by commas
 * @param properties any Kafka client properties; {@link Clients} passes them to every client
 */
public record KafkaConfig(String bootstrapServers, Map<String, String> properties) {
  public static final KafkaConfig DEFAULTS = new KafkaConfig("localhost:9092", Map.of());

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public KafkaConfig {
    properties = Map.copyOf(properties);
    unless(
        bootstrapServers.matches("\\s*[^\\s,]+:\\d+\\s*(,\\s*[^\\s,]+:\\d+\\s*)*"),
        "kafka.bootstrap_servers",
        bootstrapServers,
        "set host:port, several of them separated by commas");
    unless(
        !properties.containsKey("bootstrap.servers"),
        "kafka.properties.bootstrap.servers",
        "set",
        "set kafka.bootstrap_servers instead");
  }

  /** A copy with these properties overriding its own. */
  public KafkaConfig with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(properties);
    all.putAll(more);
    return new KafkaConfig(bootstrapServers, all);
  }

  /** Names the properties without their values, which may be passwords. */
  @Override
  public String toString() {
    return "KafkaConfig[bootstrapServers=%s, properties=%s]"
        .formatted(bootstrapServers, new TreeSet<>(properties.keySet()));
  }
}
