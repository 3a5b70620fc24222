package dev.imprint.app.service;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates and finds the topics of a service. */
public record TopicSetup(Admin admin, ImprintConfig config) {
  private static final Duration LOGS_WITHIN = Duration.ofSeconds(10);

  /** A requested topic, and whether it was created. */
  record Created(String topic, boolean created) {}

  /**
   * Creates missing topics, and returns when every partition can be written to ({@link TopicLogs}).
   *
   * @param partitions number per topic
   * @param replicationFactor empty for the broker's default
   */
  public List<Created> create(int partitions, Optional<Short> replicationFactor) {
    List<Topics.Spec> specs = config.topics().specs(config.images().maxBytes());
    List<NewTopic> topics =
        specs.stream()
            .map(
                spec ->
                    new NewTopic(
                            spec.name(),
                            Optional.of(spec.single() ? 1 : partitions),
                            replicationFactor)
                        .configs(settings(spec, replicationFactor)))
            .toList();
    var results = admin.createTopics(topics);
    List<Created> created = new ArrayList<>();
    results.values().forEach((name, result) -> created.add(new Created(name, isNew(name, result))));
    awaitLogs(specs.stream().map(Topics.Spec::name).toList());
    return created;
  }

  /** Keeps images as long as labels for them may come, and requires writes to be on two brokers. */
  private Map<String, String> settings(Topics.Spec spec, Optional<Short> replicationFactor) {
    Map<String, String> settings = new HashMap<>(spec.config());
    if (replicationFactor.orElse((short) 1) > 2) {
      settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
    }
    if (spec.name().equals(config.topics().images())) {
      settings.merge(
          TopicConfig.RETENTION_MS_CONFIG,
          Long.toString(TimeUnit.HOURS.toMillis(config.learning().labelWindowHours())),
          (usual, window) -> Long.parseLong(usual) >= Long.parseLong(window) ? usual : window);
    }
    return settings;
  }

  private boolean isNew(String name, KafkaFuture<Void> creation) {
    try {
      answer(creation);
      return true;
    } catch (TopicExistsException e) {
      return false;
    } catch (AuthorizationException e) {
      throw new CommandFailedException(
          ("Kafka: not allowed to create topic %s; run this as a user who is, or ask an"
                  + " administrator to allow it (kafka-acls.sh --add --operation create --topic"
                  + " %1$s)")
              .formatted(name),
          e);
    }
  }

  private void awaitLogs(List<String> names) {
    describe(names); // names those that are hidden
    try {
      TopicLogs.await(admin, names, LOGS_WITHIN);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new CommandFailedException(
            "the topics were created, but some of their partitions have no responding leader after"
                + " %d s: check the brokers' logs".formatted(LOGS_WITHIN.toSeconds()),
            e);
      }
      throw e.getCause() instanceof KafkaException refused ? refused : new KafkaException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted while asking Kafka", e);
    }
  }

  /**
   * Checks that these topics exist.
   *
   * @throws CommandFailedException if one of them is missing, or Kafka does not respond
   */
  public static void require(ImprintConfig config, String... names) {
    try (Admin admin = KafkaAddress.admin(config)) {
      TopicSetup topics = new TopicSetup(admin, config);
      for (String name : names) {
        if (!topics.describe(List.of(name)).containsKey(name)) {
          throw new CommandFailedException(
              "topic %s is missing at %s: create it with 'imprint topics create'"
                  .formatted(name, config.kafka().bootstrapServers()));
        }
      }
    }
  }

  /** The topics that exist. */
  public Map<String, TopicDescription> describe(Collection<String> names) {
    var results = admin.describeTopics(names);
    Map<String, TopicDescription> found = new HashMap<>();
    Set<String> hidden = new TreeSet<>();
    results
        .topicNameValues()
        .forEach(
            (name, description) -> {
              try {
                found.put(name, answer(description));
              } catch (UnknownTopicOrPartitionException e) {
                // Missing topics are left out.
              } catch (TopicAuthorizationException e) {
                hidden.add(name);
              }
            });
    if (!hidden.isEmpty()) {
      throw new TopicAuthorizationException(hidden); // Kafka's own exception does not name them
    }
    return found;
  }

  /**
   * @throws CommandFailedException if Kafka does not respond, or denies access
   * @throws KafkaException if it refuses
   */
  public <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new KafkaAddress(config.kafka()).silence();
      }
      if (e.getCause() instanceof AuthenticationException refused) {
        throw new KafkaAddress(config.kafka()).failure(KafkaRefusal.explain(refused));
      }
      throw e.getCause() instanceof KafkaException refused ? refused : new KafkaException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted while asking Kafka", e);
    }
  }
}
