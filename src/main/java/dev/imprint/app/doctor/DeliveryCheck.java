package dev.imprint.app.doctor;

import dev.imprint.app.service.TopicSetup;
import dev.imprint.pipeline.BatchTime;
import dev.imprint.pipeline.BatchTransactions;
import dev.imprint.pipeline.ServingConfig;
import dev.imprint.pipeline.ServingConfig.Delivery;
import dev.imprint.pipeline.part.PipelinePart;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Checks transactions: whether batches fit into them, and which readers may see aborted records.
 *
 * @param findings collects the findings
 */
record DeliveryCheck(TopicSetup topics, List<Finding> findings) {
  private static final String BROKERS_MOST = "transaction.max.timeout.ms";

  /**
   * @param batch time of a full batch, if it could be measured
   */
  void run(Optional<Duration> batch) {
    if (topics.config().serving().delivery() == Delivery.AT_LEAST_ONCE) {
      findings.add(
          Finding.ok("serving.delivery is at_least_once: a crash may duplicate" + " predictions"));
      return;
    }
    batch.ifPresent(time -> examineTimeout(time, brokersMost()));
    examineReaders();
  }

  /**
   * @param most the maximum that the brokers allow; empty if they do not report it
   */
  void examineTimeout(Duration batch, Optional<Duration> most) {
    ServingConfig serving = topics.config().serving();
    var transactions = new BatchTransactions(serving, BatchTime.of(batch));
    Duration timeout = transactions.transactionTimeout();
    String what =
        "a batch takes %d ms with %d threads, so transactions may take up to %d ms"
            .formatted(batch.toMillis(), serving.threads(), timeout.toMillis());
    if (transactions.isBeyondBrokers()) {
      findings.add(
          Finding.error(
              what + ", the longest that brokers allow, which is too short for a batch",
              "lower serving.max_batch"));
    } else if (most.isPresent() && timeout.compareTo(most.get()) > 0) {
      findings.add(
          Finding.error(
              what + ", but the brokers' %s is %d".formatted(BROKERS_MOST, most.get().toMillis()),
              "raise the brokers' %s, or lower serving.max_batch".formatted(BROKERS_MOST)));
    } else {
      findings.add(
          Finding.ok(
              what
                  + "; commits come %d ms after a partial batch, otherwise every %d ms"
                      .formatted(serving.lingerMs(), serving.commitIntervalMs())));
    }
  }

  private Optional<Duration> brokersMost() {
    try {
      var nodes = topics.answer(topics.admin().describeCluster().nodes());
      String broker = nodes.iterator().next().idString();
      var resource = new ConfigResource(ConfigResource.Type.BROKER, broker);
      var configs = topics.answer(topics.admin().describeConfigs(List.of(resource)).all());
      return configs.values().stream()
          .map(config -> config.get(BROKERS_MOST))
          .filter(Objects::nonNull)
          .map(most -> Duration.ofMillis(Long.parseLong(most.value())))
          .findFirst();
    } catch (KafkaException e) {
      return Optional.empty(); // not allowed, but little is lost
    }
  }

  private void examineReaders() {
    String setting = "isolation.level=read_committed";
    List<String> groups;
    try {
      groups = readers(topics.config().topics().predictions());
    } catch (KafkaException e) {
      findings.add(
          Finding.ok(
              ("exactly once, for consumers that set %s; the groups that read predictions are"
                      + " unknown (%s)")
                  .formatted(setting, e.getMessage())));
      return;
    }
    findings.add(
        groups.isEmpty()
            ? Finding.ok("exactly once, for consumers that set " + setting)
            : Finding.warning(
                ("predictions are read by the groups %s: delivery is exactly once only if they"
                        + " set %s, and Kafka does not reveal whether they do")
                    .formatted(String.join(", ", groups), setting),
                "check that each of them sets it; the default is read_uncommitted"));
  }

  /** The groups other than our own that have committed an offset of the topic. */
  private List<String> readers(String topic) {
    String own = PipelinePart.LEARNING.applicationId(topics.config().applicationId());
    var all =
        topics.answer(topics.admin().listGroups().valid()).stream()
            // Without a protocol: a group that has committed, and has no members now.
            .filter(group -> group.protocol().equals("consumer") || group.protocol().isEmpty())
            .filter(group -> !group.groupId().equals(own))
            .collect(
                Collectors.toMap(
                    GroupListing::groupId, group -> new ListConsumerGroupOffsetsSpec()));
    return topics.answer(topics.admin().listConsumerGroupOffsets(all).all()).entrySet().stream()
        .filter(
            group -> group.getValue().keySet().stream().anyMatch(of -> of.topic().equals(topic)))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
