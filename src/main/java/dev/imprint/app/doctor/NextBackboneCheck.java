package dev.imprint.app.doctor;

import dev.imprint.app.config.ConfigException;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.doctor.ModelCheck.Works;
import dev.imprint.app.service.Failures;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.model.RejectedException;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Checks the backbone that the service switches to, by running it.
 *
 * @param findings collects the findings
 */
record NextBackboneCheck(ImprintConfig config, List<Finding> findings) {
  /**
   * @param currentId id of the current backbone
   * @return empty if none is configured, or it does not work
   */
  Optional<Works> run(String currentId) {
    ModelFiles files = new ModelFiles(config);
    try (KerasBackbone next = files.openNext(currentId)) {
      BackboneDescription description = files.nextDescription();
      if (next == null || description == null) {
        return Optional.empty();
      }
      int images = config.serving().maxBatch();
      SelfTest test = new SelfTest(next);
      Duration batch = test.time(images);
      findings.add(
          Finding.ok(
              "next_backbone %s loads: id %s, embeddings of %d numbers, %d ms for %d images"
                  .formatted(
                      config.nextBackbone(),
                      OpenBackbones.shortened(next.id()),
                      next.dimension(),
                      batch.toMillis(),
                      images)));
      new PrecisionCheck(
              "next_backbone's precision", description, config, TensorFlowRuntime.probe())
          .run(test)
          .ifPresent(findings::add);
      return Optional.of(new Works(next.ids(), batch));
    } catch (ConfigException e) {
      findings.add(Finding.error(Failures.describe(e), "set next_backbone, or tensorflow"));
    } catch (IOException | RejectedException e) {
      findings.add(Finding.error("the self-test failed: " + e.getMessage(), "reinstall Imprint"));
    }
    return Optional.empty();
  }
}
