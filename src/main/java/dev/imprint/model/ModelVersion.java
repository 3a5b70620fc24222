package dev.imprint.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trained head, its origin, and the gate's verdict on it.
 *
 * @param version its name in every prediction, such as {@code v12-15a7825e}: a sequence number and
 *     the first digits of the head's digest
 * @param parent the version that served when it was trained; null for the first
 * @param head a head.avsc container
 * @param manifest JSON lines: id, picture hash and label of each example that it learned from
 */
public record ModelVersion(
    String version,
    @Nullable String parent,
    Instant createdAt,
    String backboneId,
    List<String> labels,
    Artifact head,
    Artifact manifest,
    Training training,
    Judgement judgement) {

  /**
   * Content on the topic {@code artifacts}, in chunks.
   *
   * @param sha256 of all the bytes, hex
   * @param chunks in order
   */
  public record Artifact(String sha256, long bytes, List<Chunk> chunks) {
    public Artifact {
      chunks = List.copyOf(chunks);
    }
  }

  /** Position of a chunk's record on the topic {@code artifacts}. */
  public record Chunk(int partition, long offset) {}

  /**
   * How it was trained.
   *
   * @param device such as {@code cpu}
   * @param examples numbers by side of the split: training, validation, holdout
   * @param configuration the settings that it was trained with, by key
   */
  public record Training(
      long seed,
      String device,
      double seconds,
      Map<String, Integer> examples,
      Map<String, String> configuration) {
    public Training {
      examples = Map.copyOf(examples);
      configuration = Map.copyOf(configuration);
    }
  }

  /**
   * The gate's verdict.
   *
   * @param reason in words, such as {@code promoted: macro F1 0.871 against 0.842 on 612 pictures}
   * @param challenger this version on the holdout
   * @param champion the version that served, on the same holdout; null if there was none
   */
  public record Judgement(
      boolean promoted, String reason, Metrics challenger, @Nullable Metrics champion) {}

  public ModelVersion {
    labels = List.copyOf(labels);
  }
}
