package dev.imprint.rollout;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Which version may serve next, according to the topic {@code models}.
 *
 * @param open backbones that the service has
 */
record RolloutRules(Models models, OpenBackbones open) {

  /**
   * The version of this name, which may serve.
   *
   * @throws RefusedException if it is missing, already serving, or its backbone is not open
   */
  ModelVersion promotable(String name) throws RefusedException {
    ModelVersion version = models.version(name);
    if (version == null) {
      throw new RefusedException(
          models.names().isEmpty()
              ? "there is no version yet: train one with 'imprint retrain'"
              : "there is no version %s; existing versions: %s".formatted(name, models.names()));
    }
    Rollout now = models.rollout();
    if (now != null && now.serving().equals(name)) {
      throw new RefusedException(name + " is already serving");
    }
    requireOpen(name, version.trunkId());
    return version;
  }

  /**
   * Like {@link #promotable}, but also reads what it serves with.
   *
   * @throws RefusedException also if that is incomplete, or all its labels are retired
   */
  ModelVersion promotable(String name, ArtifactReader artifacts) throws RefusedException {
    ModelVersion version = promotable(name);
    try {
      artifacts.head(version);
      artifacts.network(version);
    } catch (IOException e) {
      throw new RefusedException("%s cannot serve: %s".formatted(name, e.getMessage()), e);
    }
    if (version.labels().stream().allMatch(label -> models.labelChanges().of(label) == null)) {
      throw new RefusedException(
          "%s cannot serve: all its labels are retired ('imprint labels retire --undo')"
              .formatted(name));
    }
    return version;
  }

  /**
   * Name of the version that a rollback goes back to.
   *
   * @throws RefusedException if there is none
   */
  String previous() throws RefusedException {
    Rollout now = models.rollout();
    if (now == null) {
      throw new RefusedException(
          "nothing has been rolled out yet: train a version with 'imprint retrain'");
    }
    if (now.previous() == null) {
      throw new RefusedException(
          now.serving()
              + " was the first version to be rolled out, so there is no earlier one; to serve"
              + " what the service starts with, if anything, set rollout.pin ('imprint"
              + " doctor' names the version)");
    }
    return now.previous();
  }

  /**
   * @param parent the version that a candidate was judged against; null if none served
   * @throws RefusedException if another version serves now
   */
  void requireStillJudged(@Nullable String parent) throws RefusedException {
    Rollout now = models.rollout();
    if (now != null && !now.serving().equals(parent)) {
      throw new RefusedException(
          "%s is now serving, but the candidate was compared with %s: evaluate it again"
              .formatted(now.serving(), parent));
    }
  }

  /**
   * @param name of the version or head that was trained on it, for the message
   * @throws RefusedException if the service does not have this backbone open
   */
  void requireOpen(String name, String backboneId) throws RefusedException {
    if (!open.has(backboneId)) {
      throw new RefusedException(
          ("%s was trained on backbone %s, but the service has %s, as its leader last reported"
                  + " (or as the settings here say, if no leader has): start it with that"
                  + " backbone's YAML as next_backbone (or backbone), then try again")
              .formatted(name, OpenBackbones.shortened(backboneId), open.describe()));
    }
  }
}
