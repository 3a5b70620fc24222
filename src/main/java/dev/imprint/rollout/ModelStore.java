package dev.imprint.rollout;

import dev.imprint.buffer.StoredExamples;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.TopFile;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Embedding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  public HeadFile head(ModelVersion version) throws IOException {
    try (ArtifactReader artifacts = artifacts()) {
      return artifacts.head(version);
    }
  }

  /**
   * The weights of its network's tuned layers; null if it has none.
   *
   * @throws IOException if they are incomplete
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public byte @Nullable [] network(ModelVersion version) throws IOException {
    try (ArtifactReader artifacts = artifacts()) {
      return artifacts.network(version);
    }
  }

  /**
   * The same, decoded.
   *
   * @throws IOException also if they are not such weights
   */
  public @Nullable TunedTop tunedTop(ModelVersion version) throws IOException {
    byte[] weights = network(version);
    return weights == null ? null : TopFile.read(new ByteArrayInputStream(weights));
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

  /**
   * The examples that the version learned from and was judged on.
   *
   * @throws IOException if its manifest is incomplete, or is none
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public List<StoredExamples.Past> examples(ModelVersion version) throws IOException {
    List<StoredExamples.Past> examples = new ArrayList<>();
    for (Manifest.ManifestLine line : Manifest.lines(manifest(version))) {
      if (line.label() != null) {
        examples.add(
            new StoredExamples.Past(line.imageId(), line.sha256(), line.label(), line.group()));
      }
    }
    return examples;
  }

  /**
   * The pictures without labels that the version learned from, without their embeddings.
   *
   * @throws IOException as {@link #examples}
   */
  public List<UnlabelledPicture> unlabelled(ModelVersion version) throws IOException {
    List<UnlabelledPicture> pictures = new ArrayList<>();
    for (Manifest.ManifestLine line : Manifest.lines(manifest(version))) {
      if (line.label() == null && line.at() != null) {
        pictures.add(
            new UnlabelledPicture(line.imageId(), line.at(), line.sha256(), Embedding.of()));
      }
    }
    return pictures;
  }

  ArtifactReader artifacts() {
    return new ArtifactReader(clients, topics);
  }
}
