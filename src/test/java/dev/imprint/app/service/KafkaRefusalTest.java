package dev.imprint.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.junit.jupiter.api.Test;

class KafkaRefusalTest {
  @Test
  void shouldExplainWhatRefusedAProducerBefore() {
    var refused = new ClusterAuthorizationException("Cluster authorization failed.");
    var afterwards = new KafkaException("we are in an error state", refused);

    assertThat(KafkaRefusal.explain(afterwards))
        .isEqualTo(KafkaRefusal.explain(refused))
        .contains("not allowed: the cluster");
  }
}
