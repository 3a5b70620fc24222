package dev.imprint.observability;

/**
 * The settings under {@code metrics}.
 *
 * @param kafka which meters of Kafka's own clients are shown
 */
public record MetricsConfig(Kafka kafka) {
  public static final MetricsConfig DEFAULTS = new MetricsConfig(Kafka.SHORT);

  /** Which of Kafka's meters are shown. */
  public enum Kafka {
    /** The list of {@link KafkaMeters}. */
    SHORT,
    /** All meters: several thousand series per instance. */
    ALL
  }
}
