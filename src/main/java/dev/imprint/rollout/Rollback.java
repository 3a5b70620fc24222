package dev.imprint.rollout;

import dev.imprint.event.Clients;
import dev.imprint.model.Rollout;
import java.time.Clock;
import org.apache.kafka.clients.producer.Producer;

/**
 * A rollback that needs no living leader: it takes the leader's transactional id, so that a leader
 * that lives is fenced at its next decision and has to read anew what serves.
 */
public final class Rollback {
  /** A rollout is small. */
  private static final int MAX_RECORD_BYTES = 1024 * 1024;

  private Rollback() {}

  /**
   * @param backboneId of the service; a version of another one cannot serve
   * @param by who decides, for people; {@code why} in words
   * @throws RefusedException if there is nothing to go back to, or it cannot serve
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static Rollout run(
      ModelStore store, String applicationId, String backboneId, String by, String why)
      throws RefusedException {
    Clients clients = store.clients();
    try (Producer<byte[], byte[]> producer =
        clients.transactionalProducer(MAX_RECORD_BYTES, Publisher.transactionalId(applicationId))) {
      producer.initTransactions();
      try (Publisher publisher =
          Publisher.open(producer, store, backboneId, Integer.MAX_VALUE, Clock.systemUTC())) {
        return publisher.rollback(by, why, Publisher.NOTHING_MORE);
      }
    }
  }
}
