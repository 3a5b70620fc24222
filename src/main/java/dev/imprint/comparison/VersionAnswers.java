package dev.imprint.comparison;

import dev.imprint.buffer.Example;
import dev.imprint.event.HeadFile;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.Manifest;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.training.evaluation.UnseenAnswer;
import dev.imprint.training.evaluation.UnseenAnswers;
import java.io.IOException;
import java.util.List;

/** The answers that the heads of the serving version's cross-validation give for examples. */
public final class VersionAnswers {
  private VersionAnswers() {}

  /**
   * @param examples under their current labels, embedded by this backbone
   * @return empty if nothing serves, or it has no such heads or another backbone
   * @throws IOException if the version cannot be read
   */
  public static List<UnseenAnswer> of(ModelStore store, Backbone backbone, List<Example> examples)
      throws IOException {
    return of(store, backbone, examples, true);
  }

  /**
   * The same; of a version that was judged on a holdout, its own answers to that, and to what it
   * has not seen.
   */
  public static List<UnseenAnswer> unseen(
      ModelStore store, Backbone backbone, List<Example> examples) throws IOException {
    return of(store, backbone, examples, false);
  }

  private static List<UnseenAnswer> of(
      ModelStore store, Backbone backbone, List<Example> examples, boolean foldsOnly)
      throws IOException {
    Models models = store.models();
    ModelVersion serving = models.serving();
    Backbone its = serving == null ? null : backbone.withId(serving.backboneId());
    if (serving == null || its == null) {
      return List.of();
    }
    List<Example> seen =
        its == backbone ? examples : examples.stream().map(Example::lastLayerAlone).toList();
    LabelChanges changes = models.labelChanges();
    HeadFile file = store.head(serving).under(changes);
    if (foldsOnly && file.folds().isEmpty()) {
      return List.of();
    }
    return new UnseenAnswers(
            file.head(), file.folds(), Manifest.learned(store.manifest(serving), changes))
        .knowing(seen);
  }
}
