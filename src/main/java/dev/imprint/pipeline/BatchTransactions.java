package dev.imprint.pipeline;

import java.time.Duration;

/**
 * How long serving's transactions may take.
 *
 * @param batch how long a full batch takes
 */
public record BatchTransactions(ServingConfig serving, BatchTime batch) {
  /**
   * Kafka Streams' default. Short, since a killed instance's open transaction blocks readers that
   * long.
   */
  private static final Duration MIN_TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  /** Exceeded only if batches need more, however slow the machine was at startup. */
  static final Duration ORDINARY_TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

  /** Brokers refuse more unless their transaction.max.timeout.ms is raised. */
  static final Duration MAX_TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

  static final int BATCHES_A_POLL = 2;

  /**
   * The most batches that a thread processes in one transaction, unless they are fast. Kafka
   * Streams processes everything from one poll before the next one, whatever the number of tasks,
   * and after each pass over the tasks it commits if a commit is due. Together with what the tasks
   * had gathered before, which is less than a batch ({@link ThreadBatch}), a poll makes up this
   * many batches, the last one for the commit.
   */
  private static final int BATCHES_BETWEEN_COMMITS = BATCHES_A_POLL + 1;

  /** Headroom over a batch of blank images on its own: larger pictures, a slow moment. */
  private static final int ROOM = 3;

  /**
   * Long enough for all tasks of a thread, which share a transaction: if it is too short, an
   * instance with a slow backbone is fenced, reads its batch again, and so on forever. No longer
   * than necessary, since readers of a killed instance's predictions may wait that long.
   */
  public Duration transactionTimeout() {
    Duration roomy =
        longer(alone(batch.alone()), between(batch.inService()).multipliedBy(3).dividedBy(2));
    if (roomy.compareTo(ORDINARY_TRANSACTION_TIMEOUT) <= 0) {
      return longer(MIN_TRANSACTION_TIMEOUT, roomy);
    }
    Duration needed = longer(ORDINARY_TRANSACTION_TIMEOUT, needed());
    return needed.compareTo(MAX_TRANSACTION_TIMEOUT) > 0 ? MAX_TRANSACTION_TIMEOUT : needed;
  }

  /** Whether even faster batches would not make the transactions shorter. */
  boolean isShortest() {
    return transactionTimeout().equals(MIN_TRANSACTION_TIMEOUT);
  }

  private Duration needed() {
    return longer(alone(batch.unhindered()), between(batch.inService()));
  }

  /**
   * Based on a batch that ran on its own. The threads share the device, so their batches take
   * turns.
   */
  private Duration alone(Duration time) {
    return between(time).multipliedBy((long) ROOM * serving.threads());
  }

  private Duration between(Duration time) {
    return time.multipliedBy(BATCHES_BETWEEN_COMMITS).plusMillis(serving.commitIntervalMs());
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** Whether such batches need a longer transaction than brokers allow. */
  public boolean isBeyondBrokers() {
    return isExactlyOnce() && needed().compareTo(MAX_TRANSACTION_TIMEOUT) > 0;
  }

  /**
   * Whether the batches between two commits would take longer than the transaction allows.
   *
   * @param time of a batch while the other threads are working, too
   */
  public boolean isTooShortFor(Duration time) {
    return isExactlyOnce() && between(time).compareTo(transactionTimeout()) > 0;
  }

  boolean isExactlyOnce() {
    return serving.delivery() == ServingConfig.Delivery.EXACTLY_ONCE;
  }
}
