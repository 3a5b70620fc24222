package dev.imprint.rollout;

import dev.imprint.event.HeadFile;
import dev.imprint.event.Topics;
import dev.imprint.model.Backbone;
import dev.imprint.model.Backbones;
import dev.imprint.model.LinearHead;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ServingModel;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which model an instance should serve: the pinned version, else the rollout's, else the initial
 * head, else none. Its errors say what to do; health reports them.
 *
 * @param initial serves until something is rolled out; null for none
 * @param pin null follows the rollout
 */
record ServingChoice(Backbones backbones, @Nullable HeadFile initial, @Nullable String pin) {

  /**
   * @throws IOException if the rollout is unreadable
   */
  String version(Models models) throws IOException {
    if (pin != null) {
      return pin;
    }
    String broken = models.unreadable().get(Topics.ROLLOUT_KEY);
    if (broken != null) {
      throw new IOException(
          "the rollout on the models topic cannot be read (%s): write a new one with"
                  .formatted(broken)
              + " 'imprint models promote VERSION'");
    }
    if (models.rollout() != null) {
      return models.rollout().serving();
    }
    return initial == null ? ServingModel.NO_VERSION : initial.version();
  }

  /**
   * With its labels as they are called now, whatever they were when it was trained.
   *
   * @throws IOException if the version is missing, incomplete, or of a backbone that is not open,
   *     or all its labels are retired
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  ServingModel load(String name, Models models, ArtifactReader artifacts) throws IOException {
    if (initial != null && name.equals(initial.version())) {
      return serving(name, initial.head(), List.of(), models);
    }
    if (name.equals(ServingModel.NO_VERSION)) {
      return ServingModel.withoutHead(backbones.current());
    }
    ModelVersion version = models.version(name);
    if (version == null) {
      throw new IOException(missing(name, models));
    }
    backbone(name, version.backboneId()); // before its head is read
    try {
      return serving(name, artifacts.head(version).head(), version.training().unlearned(), models);
    } catch (IOException e) {
      throw new IOException(
          ("version %s cannot be loaded: %s: go back with 'imprint models rollback', or train a"
                  + " new version")
              .formatted(name, e.getMessage()),
          e);
    }
  }

  private ServingModel serving(
      String name, LinearHead trained, List<String> unlearned, Models models) throws IOException {
    Backbone backbone = backbone(name, trained.backboneId());
    LinearHead head;
    try {
      head = trained.under(models.labelChanges());
    } catch (IllegalArgumentException e) {
      throw new IOException("all its labels are retired", e);
    }
    if (head.dimension() != backbone.dimension()) {
      throw new IOException(
          "the head of %s takes %d numbers, but the backbone gives %d"
              .formatted(name, head.dimension(), backbone.dimension()));
    }
    Set<String> learned = Set.copyOf(head.labels());
    List<String> others =
        unlearned.stream()
            .map(models.labelChanges()::named)
            .filter(label -> !learned.contains(label))
            .filter(label -> !models.labelChanges().retired().contains(label))
            .distinct()
            .toList();
    return new ServingModel(name, backbone, head, others);
  }

  private Backbone backbone(String name, String id) throws IOException {
    Backbone its = backbones.withId(id);
    if (its == null) {
      throw new IOException(
          ("version %s was trained on backbone %s, but this instance has %s: set next_backbone"
                  + " to that one (or set 'backbone' back) and restart it, or train a head for"
                  + " the current backbone with 'imprint retrain'")
              .formatted(
                  name, OpenBackbones.shortened(id), OpenBackbones.of(backbones).describe()));
    }
    return its;
  }

  private String missing(String name, Models models) {
    String broken = models.unreadable().get(name);
    if (broken != null) {
      return "the record of version %s cannot be read: %s".formatted(name, broken);
    }
    String those = models.versions().isEmpty() ? "none" : String.join(", ", models.names());
    return name.equals(pin)
        ? "rollout.pin is %s, but there is no such version: set one of %s, or null"
            .formatted(name, those)
        : ("the rollout names version %s, which does not exist; existing versions: %s: promote"
                + " one of them")
            .formatted(name, those);
  }
}
