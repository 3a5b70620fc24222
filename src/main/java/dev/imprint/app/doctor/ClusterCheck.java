package dev.imprint.app.doctor;

import dev.imprint.app.service.BrokersClock;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.TopicSetup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/**
 * Checks Kafka's brokers: whether they respond, their version, and their clock.
 *
 * @param findings collects the findings
 */
record ClusterCheck(TopicSetup topics, InstantSource clock, List<Finding> findings) {
  /** Times of images and predictions are compared with each other; a few seconds do no harm. */
  private static final Duration TOLERABLE = Duration.ofSeconds(5);

  /**
   * @throws CommandFailedException if Kafka does not respond, or denies access
   */
  void run() {
    var cluster = topics.admin().describeCluster();
    String id = topics.answer(cluster.clusterId());
    int brokers = topics.answer(cluster.nodes()).size();
    findings.add(
        Finding.ok(
            "Kafka at %s answers: cluster %s, brokers: %d%s"
                .formatted(
                    topics.config().kafka().bootstrapServers(), id, brokers, metadataVersion())));
    try {
      new BrokersClock(topics, clock).ahead().ifPresent(this::examineClock);
    } catch (KafkaException e) { // brokers without KRaft, or not allowed
      findings.add(
          Finding.ok(
              "could not compare clocks: the brokers do not report theirs (%s)"
                  .formatted(e.getMessage())));
    }
  }

  /** The level that the brokers have agreed on; empty for brokers before KRaft. */
  private String metadataVersion() {
    var features =
        topics.answer(topics.admin().describeFeatures().featureMetadata()).finalizedFeatures();
    var level = features.get("metadata.version");
    return level == null ? "" : ", metadata.version " + level.maxVersionLevel();
  }

  private void examineClock(Duration ahead) {
    findings.add(
        ahead.abs().compareTo(TOLERABLE) <= 0
            ? Finding.ok("this machine's clock agrees with the brokers'")
            : Finding.warning(
                ("the brokers' clock is %d s %s this machine's: latency and record timestamps"
                        + " are off by that much")
                    .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of"),
                "synchronize both by NTP (timedatectl shows whether this machine is)"));
  }
}
