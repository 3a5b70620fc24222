package dev.imprint.leader;

import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.Example;
import dev.imprint.event.HeadFile;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.Manifest;
import dev.imprint.rollout.ModelStore;
import dev.imprint.training.evaluation.Learned;
import dev.imprint.training.gate.Champion;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the champion that a new head is judged against.
 *
 * @param buffer to embed by the champion's backbone
 * @param initial head that serves until something is rolled out; null for none
 */
record Champions(ModelStore store, Backbones backbones, Buffer buffer, @Nullable HeadFile initial) {
  /**
   * Null if nothing serves, or its backbone is not open: then the new head is judged as a first
   * one.
   *
   * @param serving the version; null if nothing has been rolled out
   * @param changes its labels become what they are called now
   * @param progress receives what people should know about the comparison
   * @throws IOException if the version cannot be read
   */
  @Nullable Champion of(@Nullable String serving, LabelChanges changes, Consumer<String> progress)
      throws IOException {
    if (serving == null) {
      return initial == null || hasNoLabel(initial, changes)
          ? null
          : champion(
              initial.under(changes), Map.of(), view(initial.head().backboneId(), progress), false);
    }
    ModelVersion version = store.models().version(serving);
    if (version == null) {
      throw new IOException("the serving version %s does not exist".formatted(serving));
    }
    Backbone its = backbones.withId(version.trunkId());
    if (its == null) {
      progress.accept(
          "the backbone of the serving version is not open, so the new version is not compared"
              + " with it");
      return null; // its head is not read, and may be corrupt
    }
    return champion(
        store.head(version).under(changes),
        learnedBy(version, changes, progress),
        version.network() == null
            ? view(version.backboneId(), progress)
            : tunedView(version, its, progress),
        version.network() != null);
  }

  private static boolean hasNoLabel(HeadFile file, LabelChanges changes) {
    return file.head().labels().stream().allMatch(label -> changes.of(label) == null);
  }

  private static Champion champion(
      HeadFile now, Map<String, Learned> learned, Champion.Reembedding view, boolean tuned) {
    return new Champion(now.head(), now.folds(), learned, view, now.isClassifier(), tuned);
  }

  /** By digest. Without its manifest, a version is judged as if all pictures were new to it. */
  private Map<String, Learned> learnedBy(
      ModelVersion version, LabelChanges changes, Consumer<String> progress) {
    try {
      Map<String, Learned> learned = Manifest.learned(store.manifest(version), changes);
      learned.values().removeIf(its -> changes.of(its.label()) == null);
      return learned;
    } catch (IOException e) {
      progress.accept(
          "the manifest of the serving version cannot be read, so it may be judged on pictures"
              + " that it has learned: "
              + e.getMessage());
      return Map.of();
    }
  }

  /** How the backbone of this id, which is open, sees the buffer's examples. */
  private Champion.Reembedding view(String id, Consumer<String> progress) {
    Backbone whole =
        backbones.trained().withId(id) == null ? backbones.current() : backbones.trained();
    Champion.Reembedding view = view(whole, progress);
    return whole.id().equals(id)
        ? view
        : examples -> view.of(examples).stream().map(Example::lastLayerAlone).toList();
  }

  private Champion.Reembedding tunedView(
      ModelVersion version, Backbone trunk, Consumer<String> progress) {
    return examples -> {
      progress.accept("evaluating the serving version with its own network");
      byte[] weights = Objects.requireNonNull(store.network(version));
      try (Backbone network = trunk.tuned(weights)) {
        return buffer
            .pictures()
            .seenBy(network, examples, left -> progress.accept(EmbeddingProgress.pictures(left)));
      }
    };
  }

  private Champion.Reembedding view(Backbone its, Consumer<String> progress) {
    if (its.id().equals(backbones.trained().id())) {
      return Champion.Reembedding.SAME;
    }
    return examples -> {
      progress.accept(
          "the serving version has another backbone and is evaluated on that"
              + " backbone's embeddings");
      return buffer
          .pictures()
          .seenBy(its, examples, left -> progress.accept(EmbeddingProgress.pictures(left)));
    };
  }
}
