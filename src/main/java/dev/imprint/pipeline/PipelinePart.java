package dev.imprint.pipeline;

import java.util.Locale;

/**
 * The two Kafka Streams instances of a service. Each has threads, a consumer group and health of
 * its own, so that neither waits for the other. Doubles as a meter's tag.
 */
public enum PipelinePart {
  /** From images to predictions. */
  SERVING("-serving"),
  /**
   * From feedback to labels. It has the service's own id, by which its stores and internal topics
   * are named.
   */
  LEARNING("");

  private final String suffix;

  PipelinePart(String suffix) {
    this.suffix = suffix;
  }

  /**
   * Kafka Streams' application id, which is the consumer group, too.
   *
   * @param service the id that is configured
   */
  public String applicationId(String service) {
    return service + suffix;
  }

  /** The name as it stands in meters and health: lower-case. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
