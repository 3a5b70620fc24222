package dev.imprint.app;

import dev.imprint.event.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes the topics of a service, and says whether they are as the service needs them. */
record TopicSetup(Admin admin, ImprintConfig config) {
  private static final int TIMEOUT_MS = 10_000;

  /** A topic that was asked for. */
  record Created(String topic, boolean created) {}

  /**
   * Makes what is missing, and returns when every partition has a leader: producing before that
   * fails in ways that do not heal.
   *
   * @param partitions of each topic
   * @param replicationFactor empty for the broker's default
   */
  List<Created> create(int partitions, Optional<Short> replicationFactor) {
    List<Topics.Spec> specs = config.topics().specs(config.images().maxBytes());
    List<NewTopic> topics =
        specs.stream()
            .map(
                spec ->
                    new NewTopic(spec.name(), Optional.of(partitions), replicationFactor)
                        .configs(spec.config()))
            .toList();
    var results = admin.createTopics(topics, new CreateTopicsOptions().timeoutMs(TIMEOUT_MS));
    List<Created> created = new ArrayList<>();
    results.values().forEach((name, result) -> created.add(new Created(name, isNew(result))));
    awaitLeaders(specs.stream().map(Topics.Spec::name).toList());
    return created;
  }

  private boolean isNew(KafkaFuture<Void> creation) {
    try {
      answer(creation);
      return true;
    } catch (TopicExistsException e) {
      return false;
    }
  }

  private void awaitLeaders(List<String> names) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
    while (true) {
      Map<String, TopicDescription> found = describe(names);
      if (found.keySet().containsAll(names)
          && found.values().stream()
              .flatMap(topic -> topic.partitions().stream())
              .allMatch(partition -> partition.leader() != null)) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new CommandFailedException(
            "the topics were created, but their partitions have no leader after 10 s:"
                + " look at the brokers' logs");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  /**
   * @throws CommandFailedException if one of the topics is missing
   */
  void require(String... names) {
    for (String name : names) {
      if (!describe(List.of(name)).containsKey(name)) {
        throw new CommandFailedException(
            "topic %s is missing at %s: make it with 'imprint topics create'"
                .formatted(name, config.kafka().bootstrapServers()));
      }
    }
  }

  /** One finding for each thing that is wrong, or one a topic that all is well. */
  List<Finding> check() {
    List<Topics.Spec> specs = config.topics().specs(config.images().maxBytes());
    Map<String, TopicDescription> found = describe(specs.stream().map(Topics.Spec::name).toList());
    Map<String, Config> settings = settings(found.keySet());
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
      checkPartitions(topic, wrong);
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

  private void checkPartitions(TopicDescription topic, List<Finding> wrong) {
    int partitions = topic.partitions().size();
    int threads = config.serving().threads();
    if (topic.name().equals(config.topics().images()) && threads > partitions) {
      wrong.add(
          Finding.warning(
              "serving.threads is %d, but %s has %d partitions: the others are idle"
                  .formatted(threads, topic.name(), partitions),
              "lower serving.threads, or add partitions"));
    }
  }

  private void checkSetting(
      String topic, Config setting, String key, String needed, List<Finding> wrong) {
    long is = Long.parseLong(setting.get(key).value());
    boolean unlimited = key.equals("retention.ms") && is < 0;
    if (unlimited || is >= Long.parseLong(needed)) {
      return;
    }
    String what = "%s of %s is %d, under %s".formatted(key, topic, is, needed);
    String alter =
        "kafka-configs.sh --bootstrap-server %s --alter --topic %s --add-config %s=%s"
            .formatted(config.kafka().bootstrapServers(), topic, key, needed);
    if (key.equals("retention.ms")) {
      wrong.add(Finding.warning(what + ": what is older is lost to dlq replay", alter));
    } else {
      wrong.add(Finding.error(what, alter + ", or lower images.max_bytes"));
    }
  }

  /** Those of the topics that exist. */
  private Map<String, TopicDescription> describe(Collection<String> names) {
    var results = admin.describeTopics(names, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS));
    Map<String, TopicDescription> found = new HashMap<>();
    results
        .topicNameValues()
        .forEach(
            (name, description) -> {
              try {
                found.put(name, answer(description));
              } catch (UnknownTopicOrPartitionException e) {
                // Not there: what was asked.
              }
            });
    return found;
  }

  private Map<String, Config> settings(Collection<String> topics) {
    List<ConfigResource> resources =
        topics.stream().map(t -> new ConfigResource(ConfigResource.Type.TOPIC, t)).toList();
    Map<String, Config> settings = new HashMap<>();
    answer(
            admin
                .describeConfigs(resources, new DescribeConfigsOptions().timeoutMs(TIMEOUT_MS))
                .all())
        .forEach((resource, setting) -> settings.put(resource.name(), setting));
    return settings;
  }

  /**
   * @throws CommandFailedException if Kafka does not answer
   * @throws KafkaException if it refuses
   */
  <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new CommandFailedException(
            "Kafka at %s does not answer: start it, or name another with --bootstrap-server"
                .formatted(config.kafka().bootstrapServers()),
            e);
      }
      throw e.getCause() instanceof KafkaException refused ? refused : new KafkaException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted while Kafka was asked", e);
    }
  }
}
