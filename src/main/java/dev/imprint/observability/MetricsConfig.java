package dev.imprint.observability;

/**
 * The settings under {@code metrics}.
 *
 * @param kafka which meters of Kafka's own clients are shown
 */
public record MetricsConfig(Kafka kafka) {
  public static final MetricsConfig DEFAULTS = new MetricsConfig(Kafka.SHORT);

  /** How much Kafka's clients tell of themselves. */
  public enum Kafka {
    /** The list of {@link KafkaMeters}. */
    SHORT,
    /** All: several thousand series an instance. */
    ALL
  }
}
