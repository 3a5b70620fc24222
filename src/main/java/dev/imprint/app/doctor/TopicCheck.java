package dev.imprint.app.doctor;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Checks that the topics match the settings. */
public record TopicCheck(TopicSetup topics) {
  /** One finding for each problem, or one per topic without problems. */
  public List<Finding> findings() {
    List<Topics.Spec> specs = config().topics().specs(config().images().maxBytes());
    Map<String, TopicDescription> found =
        topics.describe(specs.stream().map(Topics.Spec::name).toList());
    Map<String, Config> settings = settings(found.keySet());
    var nodes = topics.admin().describeCluster().nodes();
    ReplicationCheck replication = new ReplicationCheck(topics.answer(nodes).size());
    List<Finding> findings = new ArrayList<>();
    for (Topics.Spec spec : specs) {
      TopicDescription topic = found.get(spec.name());
      Config setting = settings.get(spec.name());
      if (topic == null || setting == null) {
        findings.add(
            Finding.error("topic %s is missing".formatted(spec.name()), "imprint topics create"));
        continue;
      }
      List<Finding> wrong = new ArrayList<>();
      checkPartitions(topic, spec, wrong);
      replication.check(topic, setting, wrong);
      if (topic.name().equals(config().topics().images())) {
        checkLargest(setting, wrong);
      }
      spec.config()
          .forEach((key, needed) -> checkSetting(spec.name(), setting, key, needed, wrong));
      if (wrong.isEmpty()) {
        wrong.add(
            Finding.ok(
                "topic %s, %d partitions".formatted(spec.name(), topic.partitions().size())));
      }
      findings.addAll(wrong);
    }
    return findings;
  }

  private void checkPartitions(TopicDescription topic, Topics.Spec spec, List<Finding> wrong) {
    if (spec.single() && topic.partitions().size() > 1) {
      wrong.add(
          Finding.error(
              "%s has %d partitions, but its records must be in a single order"
                  .formatted(topic.name(), topic.partitions().size()),
              "if it is empty, delete it and create it again with one partition (imprint topics"
                  + " create)"));
    }
    if (!topic.name().equals(config().topics().images())) {
      return;
    }
    int partitions = topic.partitions().size();
    int threads = config().serving().threads();
    if (threads > partitions) {
      wrong.add(
          Finding.warning(
              "serving.threads is %d, but %s has only %d partitions: the other threads are idle"
                  .formatted(threads, topic.name(), partitions),
              "lower serving.threads, or add partitions"));
    }
    if (partitions > config().serving().maxBatch()) {
      wrong.add(
          Finding.warning(
              "%s has %d partitions, and each gathers its own batch, so batches stay small"
                  .formatted(topic.name(), partitions),
              "use fewer partitions, or raise serving.linger_ms"));
    }
  }

  private void checkSetting(
      String topic, Config setting, String key, String needed, List<Finding> wrong) {
    if (key.equals(TopicConfig.CLEANUP_POLICY_CONFIG)) {
      checkPolicy(topic, setting.get(key).value(), needed, wrong);
      return;
    }
    if (key.equals(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)) {
      checkTimestamps(topic, setting.get(key).value(), needed, wrong);
      return;
    }
    boolean images = topic.equals(config().topics().images());
    long is = Long.parseLong(setting.get(key).value());
    if (images && key.equals(TopicConfig.RETENTION_MS_CONFIG)) {
      checkLabelWindow(is, wrong);
      return;
    }
    if (topic.equals(config().topics().pictures())
        && key.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
        && is >= config().learning().maxPictureBytes() + Topics.RECORD_OVERHEAD_BYTES) {
      return; // larger pictures are scaled down before they go there
    }
    boolean unlimited = key.equals(TopicConfig.RETENTION_MS_CONFIG) && is < 0;
    if (unlimited || is >= Long.parseLong(needed)) {
      return;
    }
    String what = "%s of %s is %d, less than %s".formatted(key, topic, is, needed);
    String alter = alter(topic, key, needed);
    if (images) {
      wrong.add(
          Finding.error(
              what + ": images of images.max_bytes cannot be sent",
              alter + ", or lower images.max_bytes"));
    } else {
      wrong.add(Finding.warning(what + ": records are refused or deleted too soon", alter));
    }
  }

  /** Images that can be sent but not served only become dead letters. */
  private void checkLargest(Config setting, List<Finding> wrong) {
    int served = config().images().maxBytes();
    long taken = Long.parseLong(setting.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
    if (taken > served + 2L * Topics.RECORD_OVERHEAD_BYTES) {
      wrong.add(
          Finding.warning(
              "%s of %s is %d, but images.max_bytes is %d: larger images become dead letters"
                  .formatted(
                      TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                      config().topics().images(),
                      taken,
                      served),
              "raise images.max_bytes, or lower the topic's limit so that senders get an error"));
    }
  }

  /**
   * Within the window, feedback finds the prediction in the store, but the picture only on the
   * topic.
   */
  private void checkLabelWindow(long retention, List<Finding> wrong) {
    int hours = config().learning().labelWindowHours();
    String needed = Long.toString(TimeUnit.HOURS.toMillis(hours));
    if (retention >= 0 && retention < Long.parseLong(needed)) {
      String topic = config().topics().images();
      String key = TopicConfig.RETENTION_MS_CONFIG;
      wrong.add(
          Finding.warning(
              "%s of %s is %d, but learning.label_window_hours is %d (%s ms):"
                      .formatted(key, topic, retention, hours, needed)
                  + " labels that arrive later are not learned from",
              alter(topic, key, needed) + ", or lower learning.label_window_hours"));
    }
  }

  private void checkPolicy(String topic, String is, String needed, List<Finding> wrong) {
    boolean kept = needed.equals(TopicConfig.CLEANUP_POLICY_COMPACT);
    if (kept ? is.equals(needed) : !is.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      return;
    }
    wrong.add(
        Finding.error(
            "%s of %s is %s: %s"
                .formatted(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    topic,
                    is,
                    kept
                        ? "the newest record of each key must be kept, whatever its age"
                        : "records with the same key replace one another, and records without a"
                            + " key are refused"),
            alter(topic, TopicConfig.CLEANUP_POLICY_CONFIG, needed)));
  }

  private void checkTimestamps(String topic, String is, String needed, List<Finding> wrong) {
    String key = TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
    if (!is.equals(needed)) {
      wrong.add(
          Finding.warning(
              "%s of %s is %s: records that a sender stamps with an old time are deleted unread"
                  .formatted(key, topic, is),
              alter(topic, key, needed)));
    }
  }

  private String alter(String topic, String key, String value) {
    return "kafka-configs.sh --bootstrap-server %s --alter --topic %s --add-config %s=%s"
        .formatted(config().kafka().bootstrapServers(), topic, key, value);
  }

  private Map<String, Config> settings(Collection<String> names) {
    List<ConfigResource> resources =
        names.stream().map(t -> new ConfigResource(ConfigResource.Type.TOPIC, t)).toList();
    Map<String, Config> settings = new HashMap<>();
    topics
        .answer(topics.admin().describeConfigs(resources).all())
        .forEach((resource, setting) -> settings.put(resource.name(), setting));
    return settings;
  }

  private ImprintConfig config() {
    return topics.config();
  }
}
