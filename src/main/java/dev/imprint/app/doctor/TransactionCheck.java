package dev.imprint.app.doctor;

import dev.imprint.app.service.TopicSetup;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;

/** Checks that the brokers' transactions are safe (KIP-890). */
public record TransactionCheck(TopicSetup topics) {
  private static final String FEATURE = "transaction.version";
  private static final int HOLDS_FROM = 2;

  public Finding finding() {
    Map<String, FinalizedVersionRange> features;
    try {
      features =
          topics.answer(topics.admin().describeFeatures().featureMetadata()).finalizedFeatures();
    } catch (KafkaException e) {
      return Finding.ok(
          "the brokers do not report their %s (%s)".formatted(FEATURE, e.getMessage()));
    }
    return of(
        Optional.ofNullable(features.get(FEATURE))
            .map(range -> (int) range.maxVersionLevel())
            .orElse(0),
        topics.config().kafka().bootstrapServers());
  }

  /**
   * @param level 0 on brokers without the feature
   */
  static Finding of(int level, String bootstrapServers) {
    if (level >= HOLDS_FROM) {
      return Finding.ok("the brokers' %s is %d: transactions are safe".formatted(FEATURE, level));
    }
    return Finding.warning(
        ("the brokers' %s is %d: Kafka itself can lose or split a transaction when a write"
                + " arrives late (KIP-890)")
            .formatted(FEATURE, level),
        ("with Kafka 4.0 or newer brokers, run kafka-features.sh --bootstrap-server %s upgrade"
                + " --feature %s=%d")
            .formatted(bootstrapServers, FEATURE, HOLDS_FROM));
  }
}
