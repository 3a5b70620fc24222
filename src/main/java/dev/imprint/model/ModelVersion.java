package dev.imprint.model;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.metrics.Calibration;
import dev.imprint.model.metrics.Metrics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A trained head, and the network that was trained with it, if any; their origin, and the gate's
 * verdict on them.
 *
 * @param version its name in every prediction, such as {@code v12-15a7825e}: a sequence number and
 *     the first digits of the head's digest
 * @param backboneId the {@link Backbone#id()} that the head takes embeddings of
 * @param parent the version that served when it was trained; null for the first
 * @param head a head.avsc container
 * @param manifest JSON lines: id, picture hash and label of each example that it learned from
 * @param network null if only a head was trained
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
    Judgement judgement,
    @Nullable TunedNetwork network) {

  /**
   * A network of which some layers have been trained further.
   *
   * @param trunkId the {@link Backbone#id()} of the untouched one
   * @param weights of these layers, for {@link Backbone#tuned}
   * @param layersLearned how many; 0 in records of builds that did not write it
   * @param firstLayer of these, from the network's input; null likewise
   */
  public record TunedNetwork(
      String trunkId, Artifact weights, int layersLearned, @Nullable String firstLayer) {}

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
   * @param examples numbers by use: training, validation, and holdout, those that it was judged on;
   *     with folds, they have been learned from, too; unlabelled pictures, and views of examples
   * @param configuration the settings that it was trained with, by key
   * @param lineage null in records of builds that did not know it
   * @param startedBy null likewise
   * @param unlearned labels with too few examples, those with most first; under the names that they
   *     had then, and at most {@value #MOST_UNLEARNED}
   * @param trials the settings that were tried, in order, the configured ones first; empty if
   *     nothing was searched
   */
  public record Training(
      long seed,
      String device,
      double seconds,
      Map<String, Integer> examples,
      Map<String, String> configuration,
      @Nullable Lineage lineage,
      @Nullable TrainingStart startedBy,
      List<String> unlearned,
      List<Trial> trials) {
    /** Each prediction carries them. */
    public static final int MOST_UNLEARNED = 20;

    /** Records of other builds may omit {@code unlearned} and {@code trials}. */
    @SuppressWarnings("RedundantNullCheck")
    public Training {
      examples = Map.copyOf(examples);
      configuration = Map.copyOf(configuration);
      unlearned = List.copyOf(Objects.requireNonNullElse(unlearned, List.of()));
      trials = List.copyOf(Objects.requireNonNullElse(trials, List.of()));
    }

    /** Of unknown lineage. */
    public Training(
        long seed,
        String device,
        double seconds,
        Map<String, Integer> examples,
        Map<String, String> configuration) {
      this(seed, device, seconds, examples, configuration, null, null, List.of(), List.of());
    }

    public Training startedBy(TrainingStart start) {
      return new Training(
          seed, device, seconds, examples, configuration, lineage, start, unlearned, trials);
    }
  }

  /**
   * Settings that were tried by cross-validation.
   *
   * @param settings by key, those that are searched
   * @param loss mean cross-entropy of pictures that the answering head has not learned from; half
   *     of it counts each picture the same, half each label
   * @param accuracy of the same answers, in 0..1
   * @param epochs after which the loss was lowest
   * @param chosen whether the version was trained with them
   */
  public record Trial(
      Map<String, String> settings, double loss, double accuracy, int epochs, boolean chosen) {
    public Trial {
      settings = Map.copyOf(settings);
    }
  }

  /** The reason why a training started. */
  public enum TrainingStart {
    /** A person's command. */
    COMMAND,
    /** The number of new labels. */
    LABELS,
    /** The time that a new label had waited. */
    TIME,
    /** A drop of the live accuracy. */
    ACCURACY_DROP,
    /** A merge of labels. */
    MERGED_LABELS,
    /** New labels no longer improved the heads, so the network was fine-tuned. */
    STALLED_HEADS
  }

  /**
   * Everything that a head's numbers depend on besides settings, seed and manifest: if it is the
   * same, a training on a CPU gives the same bits. The manifest's digest is that of the training
   * set.
   *
   * @param release of Imprint
   * @param commit that it was built from; null if the build did not know it
   * @param processor architecture and instruction sets, since rounding depends on them
   * @param threads of TensorFlow, since rounding depends on their number too
   * @param embeddings SHA-256, hex, of all embeddings in the manifest's order
   * @param firstLabel when the first of its labels was given
   * @param lastLabel when the last one was
   */
  public record Lineage(
      String release,
      @Nullable String commit,
      String processor,
      int threads,
      String embeddings,
      Instant firstLabel,
      Instant lastLabel) {}

  /**
   * The gate's verdict.
   *
   * @param reason in words, such as {@code promoted: macro F1 0.871 against 0.842 on 612 pictures}
   * @param challenger this version on examples that the answering head has not learned from
   * @param champion the version that served, on the same examples if the two have a label in
   *     common, else on those of them that it has not learned from; null if there was none
   * @param calibration of the challenger's confidence; null in the record of an older release
   */
  public record Judgement(
      boolean promoted,
      String reason,
      Metrics challenger,
      @Nullable Metrics champion,
      @Nullable Calibration calibration) {}

  public ModelVersion {
    labels = List.copyOf(labels);
  }

  /** A head of an untouched network. */
  public ModelVersion(
      String version,
      @Nullable String parent,
      Instant createdAt,
      String backboneId,
      List<String> labels,
      Artifact head,
      Artifact manifest,
      Training training,
      Judgement judgement) {
    this(version, parent, createdAt, backboneId, labels, head, manifest, training, judgement, null);
  }

  /** The backbone that must be open for it to serve. */
  public String trunkId() {
    return network == null ? backboneId : network.trunkId();
  }

  /** All that it consists of. */
  public Stream<Artifact> artifacts() {
    Stream<Artifact> always = Stream.of(head, manifest);
    return network == null ? always : Stream.concat(always, Stream.of(network.weights()));
  }
}
