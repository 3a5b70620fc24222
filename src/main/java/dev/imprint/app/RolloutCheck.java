package dev.imprint.app;

import dev.imprint.model.ModelVersion;
import dev.imprint.pipeline.ServingConfig.WithoutHead;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import java.util.List;

/** Looks at which version is rolled out, and whether it fits the backbone that is configured. */
record RolloutCheck(TopicSetup topics, List<Finding> findings) {
  /**
   * @param backboneId of the one that is configured
   */
  void run(String backboneId) {
    ImprintConfig config = topics.config();
    String models = config.topics().models();
    if (topics.describe(List.of(models)).containsKey(models)) {
      examine(new ModelStore(KafkaOptions.clients(config), config.topics()).models(), backboneId);
    }
  }

  void examine(Models models, String backboneId) {
    models
        .unreadable()
        .forEach(
            (key, why) ->
                findings.add(
                    Finding.warning(
                        "%s on topic %s cannot be read: %s"
                            .formatted(key, topics.config().topics().models(), why),
                        "imprint models promote a version that can be read")));
    ModelVersion serving = models.serving();
    if (serving == null) {
      examineWithoutVersion();
    } else if (serving.backboneId().equals(backboneId)) {
      findings.add(
          Finding.ok(
              "version %s is rolled out, labels %s"
                  .formatted(serving.version(), serving.labels())));
    } else {
      findings.add(
          Finding.warning(
              "version %s is rolled out, but it is of the backbone %.12s, and %.12s is configured"
                  .formatted(serving.version(), serving.backboneId(), backboneId),
              "set backbone to that one, or 'imprint retrain --wait' while the service runs"));
    }
  }

  private void examineWithoutVersion() {
    ImprintConfig config = topics.config();
    if (config.serving().head() == null) {
      findings.add(
          Finding.warning(
              config.serving().withoutHead() == WithoutHead.HOLD
                  ? "no version is rolled out, and there is no head: images wait"
                  : "no version is rolled out, and there is no head: predictions have no label",
              "send labels, or set serving.head"));
    }
  }
}
