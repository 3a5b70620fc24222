package dev.imprint.app.doctor;

import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Checks whether a topic survives the loss of a broker.
 *
 * @param brokers number in the cluster
 */
record ReplicationCheck(int brokers) {
  void check(TopicDescription topic, Config setting, List<Finding> wrong) {
    String name = topic.name();
    long leaderless = topic.partitions().stream().filter(p -> p.leader() == null).count();
    if (leaderless > 0) {
      wrong.add(
          Finding.error(
              "%d partitions of %s have no leader".formatted(leaderless, name),
              "start the brokers that hold them, or check the brokers' logs"));
    }
    int copies = topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
    int inSync = Integer.parseInt(setting.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value());
    if (copies == 1 && brokers > 1) {
      wrong.add(
          Finding.warning(
              ("%s has only one replica on %d brokers: while its broker is down, its records are"
                      + " unavailable")
                  .formatted(name, brokers),
              "raise its replication factor to 3 with kafka-reassign-partitions.sh; create new"
                  + " topics with 'imprint topics create --replication-factor 3'"));
    } else if (copies > 1 && inSync >= copies) {
      wrong.add(
          Finding.warning(
              ("%s of %s is %d, the number of its replicas: nothing can be written while a"
                      + " broker is down")
                  .formatted(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, name, inSync),
              "lower it to %d, or add replicas".formatted(copies - 1)));
    } else if (copies > 2 && inSync == 1) {
      wrong.add(
          Finding.warning(
              ("%s of %s is 1: a record counts as written once a single broker has it, and is"
                      + " lost with that broker")
                  .formatted(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, name),
              "kafka-configs.sh --alter --topic %s --add-config %s=2"
                  .formatted(name, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)));
    }
  }
}
