package dev.imprint.rollout;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.LinearHead;
import dev.imprint.model.ModelVersion;
import java.io.IOException;

/**
 * Reads the published versions, with clients that live for one call; for the command line and other
 * infrequent use.
 */
public record ModelStore(Clients clients, Topics topics) {

  /**
   * Everything committed before this call.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public Models models() {
    try (ModelsReader reader = new ModelsReader(clients, topics)) {
      return reader.readToEnd();
    }
  }

  /**
   * @throws IOException if it is incomplete
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public LinearHead head(ModelVersion version) throws IOException {
    try (ArtifactReader artifacts = artifacts()) {
      return artifacts.head(version);
    }
  }

  /**
   * The version's manifest: JSON lines.
   *
   * @throws IOException if it is incomplete
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public byte[] manifest(ModelVersion version) throws IOException {
    try (ArtifactReader artifacts = artifacts()) {
      return artifacts.read(version.manifest());
    }
  }

  ArtifactReader artifacts() {
    return new ArtifactReader(clients, topics);
  }
}
