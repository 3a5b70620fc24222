package dev.imprint.app.doctor;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.pipeline.ServingConfig.WithoutHead;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.PrecisionChoice;
import java.util.ArrayList;
import java.util.List;

/** Checks which version is rolled out, and whether it fits a configured backbone. */
record RolloutCheck(TopicSetup topics, List<Finding> findings) {
  void run(OpenBackbones configured) {
    ImprintConfig config = topics.config();
    String models = config.topics().models();
    if (topics.describe(List.of(models)).containsKey(models)) {
      examine(new ModelStore(new Clients(config.kafka()), config.topics()).models(), configured);
    }
  }

  void examine(Models models, OpenBackbones configured) {
    models
        .unreadable()
        .forEach(
            (key, why) ->
                findings.add(
                    Finding.warning(
                        "%s on topic %s cannot be read: %s"
                            .formatted(key, topics.config().topics().models(), why),
                        key.equals(Topics.LABELS_KEY)
                            ? "run a release that can read it, or write it again from a backup:"
                                + " until then, labels may have former names, and cannot be changed"
                            : "run 'imprint models promote' with a version that can be read")));
    PrecisionChoice precision = models.precision();
    if (precision != null && configured.has(precision.backboneId())) {
      findings.add(
          Finding.ok(
              "precision %s, chosen by the leader at %s: %s"
                  .formatted(precision.precision(), precision.at(), precision.reason())));
    }
    ModelVersion serving = models.serving();
    if (serving == null) {
      examineWithoutVersion();
    } else if (configured.has(serving.trunkId())) {
      findings.add(
          Finding.ok(
              "version %s is rolled out, labels %s%s"
                  .formatted(
                      serving.version(), serving.labels(), change(models, serving, configured))));
    } else {
      findings.add(
          Finding.warning(
              "version %s is rolled out, but it was trained on backbone %s, and %s is configured"
                  .formatted(
                      serving.version(),
                      OpenBackbones.shortened(serving.trunkId()),
                      configured.describe()),
              "set backbone to that one (and next_backbone to the one to switch to), or run"
                  + " 'imprint retrain --wait' while the service is running"));
    }
  }

  /** The next step while the backbone is being changed; empty otherwise. */
  private String change(Models models, ModelVersion serving, OpenBackbones configured) {
    String next = configured.next();
    if (next == null) {
      return configured.parts().contains(serving.backboneId())
          ? "; it was trained on the backbone's last layer alone; the next one learns from all"
              + " layers"
          : "";
    }
    return serving.trunkId().equals(next)
        ? "; it was trained on next_backbone, so backbone can now be set to that one"
            + without(models, next)
        : "; 'imprint retrain --wait' switches to next_backbone once every instance has it open";
  }

  /** Settings that refer to the other backbone, and would keep the service from serving. */
  private String without(Models models, String next) {
    ImprintConfig config = topics.config();
    List<String> keys = new ArrayList<>();
    if (config.serving().head() != null) {
      keys.add("serving.head");
    }
    String pin = config.rollout().pin();
    if (pin != null) {
      ModelVersion pinned = models.version(pin);
      if (pinned == null || !pinned.trunkId().equals(next)) {
        keys.add("rollout.pin");
      }
    }
    return keys.isEmpty() ? "" : "; remove %s when you do".formatted(String.join(" and ", keys));
  }

  private void examineWithoutVersion() {
    ImprintConfig config = topics.config();
    boolean classifier = !new ModelFiles(config).description().labels().isEmpty();
    if (config.serving().head() == null && !classifier) {
      findings.add(
          Finding.warning(
              config.serving().withoutHead() == WithoutHead.HOLD
                  ? "no version is rolled out and there is no head: images wait"
                  : "no version is rolled out and there is no head: predictions have no label",
              "send labels, or set serving.head"));
    }
  }
}
