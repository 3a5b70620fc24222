package dev.imprint.event;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.util.List;
import java.util.Map;

/**
 * The topics of one service, by name.
 *
 * @param prefix stands before each name; may be empty
 */
public record Topics(String prefix) {
  public static final Topics DEFAULTS = new Topics("");

  /**
   * @throws InvalidSettingException if no topic can have such a name
   */
  public Topics {
    // Kafka allows 249 characters a name; 200 leave room for ours.
    unless(
        prefix.matches("[a-zA-Z0-9._-]{0,200}"),
        "topics.prefix",
        prefix,
        "use letters, digits, '.', '_' and '-' alone, at most 200");
  }

  /** How a topic must be set up. {@code config} holds Kafka's topic settings. */
  public record Spec(String name, Map<String, String> config) {}

  public String images() {
    return prefix + "images";
  }

  public String predictions() {
    return prefix + "predictions";
  }

  public String imagesDlq() {
    return prefix + "images.dlq";
  }

  /**
   * Every topic of the service with the settings that it needs.
   *
   * @param maxImageBytes largest image file accepted; records carry up to {@link
   *     #RECORD_OVERHEAD_BYTES} beside it
   */
  public List<Spec> specs(int maxImageBytes) {
    String limit = Integer.toString(maxImageBytes + RECORD_OVERHEAD_BYTES);
    String week = Long.toString(7L * 24 * 60 * 60 * 1000);
    String retention = "retention.ms";
    String policy = "cleanup.policy"; // brokers may have another default
    String delete = "delete";
    return List.of(
        new Spec(images(), Map.of(policy, delete, retention, week, "max.message.bytes", limit)),
        new Spec(predictions(), Map.of(policy, delete, retention, week)),
        new Spec(imagesDlq(), Map.of(policy, delete, retention, week, "max.message.bytes", limit)));
  }

  /** Room for a record's key, headers, event fields and batch framing beside the image. */
  public static final int RECORD_OVERHEAD_BYTES = 64 * 1024;
}
