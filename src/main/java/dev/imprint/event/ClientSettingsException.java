package dev.imprint.event;

import org.apache.kafka.common.KafkaException;

/**
 * A Kafka client cannot be opened: a setting is not valid, or no broker's host name can be
 * resolved. At startup, the message tells the user which setting it is. Later, with settings that
 * have worked, it means that Kafka is away, as any {@link KafkaException} does: try again.
 */
public final class ClientSettingsException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /**
   * @param client its kind, such as "consumer"
   * @param reason without the values of properties, which may be passwords
   */
  ClientSettingsException(String client, String reason) {
    super("cannot open a Kafka %s with the settings under kafka: %s".formatted(client, reason));
  }
}
