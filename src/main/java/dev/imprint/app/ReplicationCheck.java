package dev.imprint.app;

import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Says whether a topic outlives the loss of a broker.
 *
 * @param brokers of the cluster
 */
record ReplicationCheck(int brokers) {
  void check(TopicDescription topic, Config setting, List<Finding> wrong) {
    String name = topic.name();
    long leaderless = topic.partitions().stream().filter(p -> p.leader() == null).count();
    if (leaderless > 0) {
      wrong.add(
          Finding.error(
              "%d partitions of %s have no leader".formatted(leaderless, name),
              "start the brokers that hold them, or look at their logs"));
    }
    int copies = topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
    int inSync = Integer.parseInt(setting.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value());
    if (copies == 1 && brokers > 1) {
      wrong.add(
          Finding.warning(
              "%s has one copy on %d brokers: if its broker is away, so are its records"
                  .formatted(name, brokers),
              "raise its replication to 3 with kafka-reassign-partitions.sh; 'imprint topics create"
                  + " --replication-factor 3' for new ones"));
    } else if (copies > 1 && inSync >= copies) {
      wrong.add(
          Finding.warning(
              ("%s of %s is %d, as many as it has copies: nothing can be written"
                      + " while a broker is away")
                  .formatted(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, name, inSync),
              "lower it to %d, or add copies".formatted(copies - 1)));
    } else if (copies > 2 && inSync == 1) {
      wrong.add(
          Finding.warning(
              "%s of %s is 1: what one broker has taken counts as written, and is lost with it"
                  .formatted(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, name),
              "kafka-configs.sh --alter --topic %s --add-config %s=2"
                  .formatted(name, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)));
    }
  }
}
