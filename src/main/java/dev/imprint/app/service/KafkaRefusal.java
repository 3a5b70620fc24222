package dev.imprint.app.service;

import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Explains what users can do about Kafka's refusals; Kafka's own messages only say that it refused.
 */
final class KafkaRefusal {
  private KafkaRefusal() {}

  /** Describes the refusal and the fix; returns Kafka's own message if no fix is known. */
  static String explain(KafkaException e) {
    if (e.getClass() == KafkaException.class && e.getCause() instanceof KafkaException cause) {
      return explain(cause); // from a producer that was refused earlier
    }
    if (e instanceof SslAuthenticationException) {
      return ("the TLS handshake failed (%s): check ssl.truststore.location, and that the"
              + " broker's certificate covers this address")
          .formatted(e.getMessage());
    }
    if (e instanceof AuthenticationException) {
      return ("it rejects the user name or password (%s): check sasl.mechanism and"
              + " sasl.jaas.config in kafka.properties, or in the file given with"
              + " --command-config")
          .formatted(e.getMessage());
    }
    if (e instanceof AuthorizationException refused) {
      return ("not allowed: %s; ask an administrator to add ACLs for it (kafka-acls.sh --add);"
              + " 'imprint doctor' names the missing ones")
          .formatted(subject(refused));
    }
    if (e instanceof RecordTooLargeException) {
      return ("too large for its topic (%s): raise the topic's max.message.bytes; 'imprint"
              + " topics check' says how")
          .formatted(e.getMessage());
    }
    if (e instanceof InvalidReplicationFactorException) {
      return "%s Lower --replication-factor, or start more brokers".formatted(e.getMessage());
    }
    if (e instanceof UnsupportedVersionException) {
      return "its brokers are too old (%s): use Kafka 2.5 or newer".formatted(e.getMessage());
    }
    if (e instanceof TimeoutException) {
      return "it stopped answering (%s): check the brokers, then try again"
          .formatted(e.getMessage());
    }
    return Failures.chain(e);
  }

  private static String subject(AuthorizationException e) {
    if (e instanceof TopicAuthorizationException topics && !topics.unauthorizedTopics().isEmpty()) {
      return topics(topics.unauthorizedTopics());
    }
    if (e instanceof GroupAuthorizationException group && group.groupId() != null) {
      return "consumer group " + group.groupId();
    }
    if (e instanceof ClusterAuthorizationException) {
      return "the cluster (sending requires WRITE on the topic)";
    }
    if (e instanceof TransactionalIdAuthorizationException) {
      return "transactional id";
    }
    return "it says " + e.getMessage();
  }

  private static String topics(Set<String> names) {
    return "topic " + String.join(", ", names.stream().sorted().toList());
  }
}
