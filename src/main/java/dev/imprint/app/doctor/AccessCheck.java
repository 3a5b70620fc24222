package dev.imprint.app.doctor;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Topics;
import dev.imprint.pipeline.part.PipelinePart;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * Checks that Kafka allows this user everything that the service does.
 *
 * @param findings collects the findings
 */
record AccessCheck(TopicSetup topics, List<Finding> findings) {
  void run() {
    int before = findings.size();
    Map<String, Set<AclOperation>> needed = needed(topics.config());
    var options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
    topics
        .admin()
        .describeTopics(needed.keySet(), options)
        .topicNameValues()
        .forEach((name, topic) -> examineTopic(name, topic, needed.get(name)));
    String id = topics.config().applicationId();
    for (String group :
        List.of(
            PipelinePart.SERVING.applicationId(id),
            PipelinePart.LEARNING.applicationId(id),
            id + "-leader")) {
      var described = topics.admin().describeConsumerGroups(List.of(group));
      if (isRefused(described.describedGroups().get(group))) {
        findings.add(refused("consumer group " + group, "--group " + group, READ));
      }
    }
    String transactional = id + "-leader";
    var described = topics.admin().describeTransactions(List.of(transactional));
    if (isRefused(described.description(transactional))) {
      findings.add(refused("transactional ids", "--transactional-id '%s*'".formatted(id), WRITE));
    }
    if (findings.size() == before) {
      findings.add(Finding.ok("no ACLs are missing for the topics, groups and transactional ids"));
    }
  }

  private static Map<String, Set<AclOperation>> needed(ImprintConfig config) {
    Topics topics = config.topics();
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>();
    for (String read : List.of(topics.images(), topics.feedback())) {
      needed.put(read, EnumSet.of(READ));
    }
    for (String written : List.of(topics.imagesDlq(), topics.feedbackDlq(), topics.outcomes())) {
      needed.put(written, EnumSet.of(WRITE));
    }
    if (config.training().accuracyDrop() > 0) {
      needed.put(topics.outcomes(), EnumSet.of(READ, WRITE));
    }
    for (String both :
        List.of(
            topics.predictions(),
            topics.labels(),
            topics.pictures(),
            topics.models(),
            topics.artifacts(),
            topics.commands())) {
      needed.put(both, EnumSet.of(READ, WRITE));
    }
    return needed;
  }

  private void examineTopic(
      String name, KafkaFuture<TopicDescription> topic, @Nullable Set<AclOperation> needed) {
    if (needed == null) {
      return;
    }
    Set<AclOperation> allowed;
    try {
      allowed = topics.answer(topic).authorizedOperations();
    } catch (AuthorizationException e) {
      allowed = Set.of(); // not even describing it is allowed
    } catch (KafkaException e) {
      return; // reported by the check of the topics
    }
    for (AclOperation operation : needed) {
      // Null: the broker does not report it.
      if (allowed != null && !allowed.contains(operation)) {
        findings.add(refused("topic " + name, "--topic " + name, operation));
      }
    }
  }

  private boolean isRefused(@Nullable KafkaFuture<?> answer) {
    try {
      if (answer != null) {
        topics.answer(answer);
      }
      return false;
    } catch (AuthorizationException e) {
      return true;
    } catch (KafkaException e) {
      return false; // for example, because there is none of that name yet
    }
  }

  private Finding refused(String what, String resource, AclOperation operation) {
    String name = operation.name().toLowerCase(Locale.ROOT);
    return Finding.error(
        "this user may not %s %s, which 'imprint serve' requires".formatted(name, what),
        "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:NAME --operation %s %s"
            .formatted(topics.config().kafka().bootstrapServers(), name, resource));
  }
}
