package dev.imprint.rollout;

import dev.imprint.buffer.StoredExamples;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.TopFile;
import dev.imprint.event.Topics;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Embedding;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.TunedTop;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
   * The facts for the next training as a leader that begins now would know them, except the live
   * accuracy.
   *
   * @param labels as they are called now
   * @param initial whether a head serves until a version does
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public Trigger.Facts facts(Models models, LabelledSet labels, boolean initial) {
    return new Trigger.Facts(
        labels(models, labels, models.newestTrained()),
        models.rollout() != null || initial,
        lastTraining(models),
        models.verdicts().fruitless(),
        false);
  }

  /**
   * Likewise for the next fine-tuning.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public FineTuneTrigger.Facts fineTuningFacts(Models models, LabelledSet labels) {
    return new FineTuneTrigger.Facts(
        labels(models, labels, models.newestFineTuned()).unlearned(),
        models.verdicts().headGains(),
        models.verdicts().refusedFineTunings(),
        lastTraining(models));
  }

  private static @Nullable Instant lastTraining(Models models) {
    ModelVersion trained = models.newestTrained();
    return trained == null ? null : RelabelledVersion.trainedAt(trained);
  }

  /**
   * @param since the version whose labels are not new
   */
  private Trigger.Labels labels(Models models, LabelledSet labels, @Nullable ModelVersion since) {
    LabelledSet learnable = labels.learnable(models.labelChanges());
    Map<String, String> known =
        LearnedLabels.named(
            LearnedLabels.of(this, since).withUnlisted(learnable), models.labelChanges());
    int unlearned = 0;
    for (Label label : learnable.labels()) {
      unlearned += label.label().equals(known.get(label.imageId())) ? 0 : 1;
    }
    return new Trigger.Labels(unlearned, known.size(), !known.isEmpty());
  }

  /**
   * The examples that the version learned from and was judged on.
   *
   * @throws IOException if its manifest is incomplete, or is none
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  List<StoredExamples.Past> examples(ModelVersion version) throws IOException {
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
  List<UnlabelledPicture> unlabelled(ModelVersion version) throws IOException {
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
