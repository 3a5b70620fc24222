package dev.imprint.simulation;

/**
 * An event elsewhere, around a client's call: nothing, steps of others, a failure, or the end of
 * its process.
 */
public interface Interruption {
  Interruption NONE =
      new Interruption() {
        @Override
        public void before(String call) {}

        @Override
        public void after(String call) {}
      };

  /** Before the call reaches Kafka; may throw, and Kafka does not hear of it. */
  void before(String call);

  /** When Kafka has done it; may throw, and the caller does not hear of that. */
  void after(String call);
}
