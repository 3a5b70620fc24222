package dev.imprint.broker;

/**
 * Whether the broker's own libraries are there: they lie apart in the archive, so that who has a
 * Kafka can leave them out. Apart from {@link EmbeddedBroker}, which cannot be loaded without them.
 */
public final class BrokerLibraries {
  private BrokerLibraries() {}

  /**
   * @throws IllegalStateException if they are missing, with what to do
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
