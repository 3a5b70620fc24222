package dev.imprint.pipeline;

import java.time.Duration;

/**
 * How long serving's transactions may take.
 *
 * @param batch how long a full one takes
 */
public record BatchTransactions(ServingConfig serving, BatchTime batch) {
  /** Kafka Streams' own; short, since a killed instance's open transaction blocks that long. */
  private static final Duration MIN_TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  /** Longer only where batches cannot do with it, however slow the machine was at the start. */
  static final Duration ORDINARY_TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

  /** Brokers refuse more unless their transaction.max.timeout.ms is raised. */
  static final Duration MAX_TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

  static final int BATCHES_A_POLL = 2;

  /**
   * Most that a thread processes in one transaction, unless they are fast. Kafka Streams processes
   * all of a poll before the next one, whatever the number of tasks, and after each pass over them
   * it commits if that is due. Together with what its tasks had gathered before, which is less than
   * a batch ({@link ThreadBatch}), a poll makes up these batches, the last one for the commit.
   */
  private static final int BATCHES_BETWEEN_COMMITS = BATCHES_A_POLL + 1;

  /** Against a blank batch on its own: larger pictures, a slow moment. */
  private static final int ROOM = 3;

  /**
   * Long enough for all tasks of a thread, which share a transaction: with one that is too short a
   * slow backbone is fenced, reads its batch again, and so on for ever. Not longer than it needs to
   * be, since readers of a killed instance's predictions may wait that long.
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

  private Duration needed() {
    return longer(alone(batch.unhindered()), between(batch.inService()));
  }

  /** By a batch without any beside it. The threads share the device, so theirs take turns there. */
  private Duration alone(Duration time) {
    return between(time).multipliedBy((long) ROOM * serving.threads());
  }

  private Duration between(Duration time) {
    return time.multipliedBy(BATCHES_BETWEEN_COMMITS).plusMillis(serving.commitIntervalMs());
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** Whether no transaction that brokers allow is long enough for such batches. */
  public boolean isBeyondBrokers() {
    return isExactlyOnce() && needed().compareTo(MAX_TRANSACTION_TIMEOUT) > 0;
  }

  /**
   * Whether what is processed between two commits would outlast the transaction.
   *
   * @param time of a batch while the other threads work, too
   */
  public boolean isTooShortFor(Duration time) {
    return isExactlyOnce() && between(time).compareTo(transactionTimeout()) > 0;
  }

  boolean isExactlyOnce() {
    return serving.delivery() == ServingConfig.Delivery.EXACTLY_ONCE;
  }
}
