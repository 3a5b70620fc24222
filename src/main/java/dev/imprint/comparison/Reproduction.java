package dev.imprint.comparison;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.StoredExamples;
import dev.imprint.buffer.StoredImages;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.event.HeadFile;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Lineage;
import dev.imprint.model.Release;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.rollout.RefusedException;
import dev.imprint.rollout.RelabelledVersion;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import dev.imprint.training.Material;
import dev.imprint.training.RecordedSettings;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A version trained again from its record, its manifest, and the pictures in the buffer. Publishes
 * nothing.
 *
 * @param examples in its manifest
 * @param missing why examples cannot be learned from again, by image id; if there are any, nothing
 *     was trained
 * @param relabelled labels that examples have now, by image id; the version's own were used
 * @param differences between then and here on which the numbers of a head depend, in words
 * @param comparison of both heads; null if nothing was trained
 * @param network comparison of both networks; null if only a head was trained, or nothing
 */
public record Reproduction(
    String version,
    int examples,
    Map<String, String> missing,
    Map<String, String> relabelled,
    List<String> differences,
    @Nullable HeadComparison comparison,
    @Nullable NetworkComparison network) {

  public Reproduction {
    missing = Map.copyOf(missing);
    relabelled = Map.copyOf(relabelled);
    differences = List.copyOf(differences);
  }

  /** Whether the head, those of its folds, and the network are the same, to the bit. */
  public boolean identical() {
    return comparison != null && comparison.identical() && (network == null || network.identical());
  }

  /**
   * The configuration that a version was trained with: its device and number of threads.
   *
   * @param here what of it is not known of the version
   */
  public static TensorFlowConfig tensorflow(ModelVersion version, TensorFlowConfig here) {
    Lineage lineage = version.training().lineage();
    return new TensorFlowConfig(
        version.training().device().equals("cpu") ? TensorFlowConfig.Device.CPU : here.device(),
        lineage == null ? here.threads() : lineage.threads());
  }

  /**
   * Blocks for as long as it takes to read the buffer, embed the examples and train: minutes to
   * hours for a fine-tuned version.
   *
   * @throws RefusedException if the record lacks a setting
   * @throws IOException if its artifacts or the pictures cannot be read
   */
  public static Reproduction of(ModelVersion version, PastTraining past)
      throws RefusedException, IOException, InterruptedException {
    HeadFile published = past.store().head(version);
    TrainingConfig settings = settings(version, published);
    List<StoredExamples.Past> manifest = past.store().examples(version);
    past.progress().accept("reading the buffer");
    StoredExamples stored =
        StoredExamples.find(past.store().clients(), past.store().topics(), past.buffer(), manifest);
    if (!stored.missing().isEmpty()) {
      return missing(version, manifest.size(), stored);
    }
    past.progress().accept("embedding %d pictures".formatted(manifest.size()));
    try (Backbone trunk = past.networks().trunk(version)) {
      List<Example> examples = stored.embed(trunk, past::waiting);
      List<UnlabelledPicture> others =
          new StoredImages(past.store().clients(), past.store().topics().images())
              .embed(trunk, past.store().unlabelled(version), stored.missing());
      if (!stored.missing().isEmpty()) {
        return missing(version, manifest.size(), stored);
      }
      TrainingAgain.Compared compared =
          new TrainingAgain(version, published, settings, stored, past)
              .run(trunk, new Material(examples, others));
      return new Reproduction(
          version.version(),
          manifest.size(),
          stored.missing(),
          stored.relabelled(),
          differences(version, compared.material(), trunk.precision(), past.tensorflow()),
          compared.head(),
          compared.network());
    } catch (TooFewLabelsException e) {
      throw new RefusedException(impossible(version, e.getMessage()), e);
    }
  }

  private static Reproduction missing(ModelVersion version, int examples, StoredExamples stored) {
    return new Reproduction(
        version.version(), examples, stored.missing(), stored.relabelled(), List.of(), null, null);
  }

  private static TrainingConfig settings(ModelVersion version, HeadFile published)
      throws RefusedException {
    String changed = version.training().configuration().get(RelabelledVersion.CHANGED);
    if (changed != null) {
      throw new RefusedException(
          impossible(
              version,
              "it was not trained, but has the weights of %s under other labels (%s): reproduce that"
                  .formatted(version.parent(), changed)));
    }
    try {
      return RecordedSettings.of(version.training().configuration())
          .config(version.training().seed(), !published.folds().isEmpty());
    } catch (IllegalArgumentException e) {
      throw new RefusedException(impossible(version, e.getMessage()), e);
    }
  }

  private static String impossible(ModelVersion version, @Nullable String why) {
    return "%s cannot be trained again: %s".formatted(version.version(), why);
  }

  private static List<String> differences(
      ModelVersion version, Material material, String precision, TensorFlowConfig here) {
    List<String> all = new ArrayList<>();
    Map<String, String> settings = version.training().configuration();
    compare(all, "precision", settings.get("precision"), precision);
    compare(all, "device", version.training().device(), TensorFlowRuntime.device(here));
    Lineage lineage = version.training().lineage();
    if (lineage == null) {
      all.add(
          "its record does not say with which release, processor, threads and embeddings it was"
              + " trained: an earlier build wrote it");
      return all;
    }
    compare(all, "release", lineage.release(), Release.VERSION);
    compare(all, "commit", lineage.commit(), Release.COMMIT);
    compare(all, "processor", lineage.processor(), TensorFlowRuntime.processor());
    compare(
        all,
        "threads",
        String.valueOf(lineage.threads()),
        String.valueOf(TensorFlowRuntime.threads(here)));
    if (!material.digest(material.examples()).equals(lineage.embeddings())) {
      all.add(
          "the embeddings of its pictures are not the same: they were computed by another"
              + " processor, number of threads or build, or kept in the cache since then");
    }
    return all;
  }

  private static void compare(
      List<String> all, String what, @Nullable String then, @Nullable String here) {
    if (!Objects.equals(then, here)) {
      all.add(
          "%s: then %s, here %s"
              .formatted(
                  what,
                  Objects.requireNonNullElse(then, "unknown"),
                  Objects.requireNonNullElse(here, "unknown")));
    }
  }
}
