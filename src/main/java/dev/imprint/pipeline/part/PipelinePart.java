package dev.imprint.pipeline.part;

import java.util.Locale;

/**
 * The two Kafka Streams instances of a service. Each has its own threads, consumer group and
 * health, so that neither waits for the other. Doubles as a meter's tag.
 */
public enum PipelinePart {
  /** From images to predictions. */
  SERVING("-serving"),
  /**
   * From feedback to labels. It has the service's own id, which its stores and internal topics are
   * named after.
   */
  LEARNING("");

  private final String suffix;

  PipelinePart(String suffix) {
    this.suffix = suffix;
  }

  /**
   * Kafka Streams' application id, which is also the consumer group.
   *
   * @param service the configured id
   */
  public String applicationId(String service) {
    return service + suffix;
  }

  /** The name used in meters and health: lower-case. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
