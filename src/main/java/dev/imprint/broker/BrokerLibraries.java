package dev.imprint.broker;

/**
 * Checks that the broker's own libraries are present: they are separate in the archive, so that
 * users with their own Kafka can leave them out. Separate from {@link EmbeddedBroker}, which cannot
 * be loaded without them.
 */
public final class BrokerLibraries {
  private BrokerLibraries() {}

  /**
   * @throws IllegalStateException if they are missing; the message says what to do
   */
  public static void require() {
    require(BrokerLibraries.class.getClassLoader());
  }

  static void require(ClassLoader loader) {
    try {
      Class.forName("kafka.server.KafkaRaftServer", false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "the embedded broker's libraries are missing: unpack lib/broker from Imprint's"
              + " archive, or serve without --embedded and use your own Kafka",
          e);
    }
  }
}
