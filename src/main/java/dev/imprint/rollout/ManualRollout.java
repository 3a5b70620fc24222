package dev.imprint.rollout;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/**
 * Decisions that need no running leader: they take over the leader's transactional id, so that a
 * running leader is fenced at its next decision and has to read the rollout again. A refused
 * decision does not affect it. Throws a {@link org.apache.kafka.common.KafkaException} if Kafka
 * does not answer.
 *
 * @param configured supplies the caller's own backbones; called only if no leader has announced
 *     which ones the service has open, so that their files are needed only then
 */
public record ManualRollout(
    ModelStore store, String applicationId, Supplier<OpenBackbones> configured) {
  /** A rollout is small. */
  private static final int MAX_RECORD_BYTES = 1024 * 1024;

  private interface Choice {
    String version(RolloutRules rules) throws RefusedException;
  }

  private interface Decision {
    Rollout make(Publisher publisher) throws RefusedException;
  }

  /**
   * Goes back to the version that served before.
   *
   * @param by who decides, as a display name; {@code why} in words
   * @throws RefusedException if there is nothing to go back to, or it cannot serve
   */
  public Rollout rollback(String by, String why) throws RefusedException {
    return decide(
        RolloutRules::previous, publisher -> publisher.rollback(by, why, Publisher.NOTHING_MORE));
  }

  /**
   * Makes a version serve, whatever the gate's judgement.
   *
   * @throws RefusedException if it is missing, incomplete, already serving, or of a backbone that
   *     the service does not have open
   */
  public Rollout promote(String version, String by, String why) throws RefusedException {
    return decide(
        rules -> version, publisher -> publisher.promote(version, by, why, Publisher.NOTHING_MORE));
  }

  /**
   * The version that a promotion would make serve; decides nothing.
   *
   * @throws RefusedException as {@link #promote}
   */
  public ModelVersion checkPromotion(String version) throws RefusedException {
    return check(rules -> version);
  }

  /**
   * The version that a rollback would go back to; decides nothing.
   *
   * @throws RefusedException as {@link #rollback}
   */
  public ModelVersion checkRollback() throws RefusedException {
    return check(RolloutRules::previous);
  }

  /** Refuses before it takes the id, so that the leader's training continues. */
  private Rollout decide(Choice choice, Decision decision) throws RefusedException {
    check(choice);
    String id = Publisher.transactionalId(applicationId);
    try (Producer<byte[], byte[]> producer =
        store.clients().transactionalProducer(MAX_RECORD_BYTES, id)) {
      producer.initTransactions();
      OpenBackbones open = open(store.models()); // again: a leader may have written meanwhile
      try (Publisher publisher =
          Publisher.open(
              producer, store, open, RolloutConfig.DEFAULTS.keepVersions(), Clock.systemUTC())) {
        return decision.make(publisher);
      }
    }
  }

  private ModelVersion check(Choice choice) throws RefusedException {
    Models now = store.models();
    RolloutRules rules = new RolloutRules(now, open(now));
    try (ArtifactReader artifacts = store.artifacts()) {
      return rules.promotable(choice.version(rules), artifacts);
    }
  }

  private OpenBackbones open(Models models) {
    OpenBackbones announced = models.backbones();
    return announced == null ? configured.get() : announced;
  }
}
