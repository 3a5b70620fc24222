package dev.imprint.app.doctor;

import static java.util.Objects.requireNonNullElse;

import dev.imprint.app.config.ConfigException;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.Failures;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.event.HeadFile;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.EmbeddingDifference;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks TensorFlow, the backbone and the head by running them.
 *
 * @param findings collects the findings
 */
record ModelCheck(ImprintConfig config, List<Finding> findings) {
  /** Rounding changes the seventh digit; a wrong operation or weight, the first. */
  private static final double LEAST_COSINE = 0.999;

  /**
   * The share of the network's own speed that remains after decoding, Kafka and commits, on two
   * cores, with half of it kept free for learning.
   */
  private static final double SERVED = 0.4;

  /**
   * A backbone that works.
   *
   * @param batch time for serving.max_batch images
   */
  record Works(List<String> backboneIds, Duration batch) {}

  /** Empty if nothing works. */
  Optional<Works> run() {
    TensorFlowRuntime runtime;
    try {
      runtime = TensorFlowRuntime.probe();
      findings.add(
          Finding.ok(
              "TensorFlow %s on %s; CPU has %s"
                  .formatted(
                      runtime.version(),
                      runtime.hasGpu() ? "GPU" : "CPU",
                      String.join(", ", runtime.instructionSets()))));
      findings.add(
          Finding.ok(
              "tensorflow.device is %s: networks run and heads train on the %s"
                  .formatted(
                      config.tensorflow().device().name().toLowerCase(Locale.ROOT),
                      TensorFlowRuntime.device(config.tensorflow()).toUpperCase(Locale.ROOT))));
    } catch (LinkageError e) {
      findings.add(
          Finding.error(
              "cannot load TensorFlow's native library: " + e,
              "run on linux-x86_64, linux-arm64, macosx-arm64 or windows-x86_64"));
      return Optional.empty();
    }
    return examineBackbone(runtime);
  }

  private Optional<Works> examineBackbone(TensorFlowRuntime runtime) {
    Path file = config.backbone();
    try {
      ModelFiles files = new ModelFiles(config);
      try (KerasBackbone backbone = files.openBackbone()) {
        findings.add(
            Finding.ok(
                "backbone %s loads: id %s, embeddings of %d numbers"
                    .formatted(
                        file == null ? "bundled" : file,
                        OpenBackbones.shortened(backbone.id()),
                        backbone.dimension())));
        examineHead(backbone, config.serving().head());
        SelfTest test = new SelfTest(backbone);
        if (backbone.id().equals(BackboneDescription.bundled().id())) {
          examineAnswers(test.againstKeras());
        }
        Duration batch = examineSpeed(test);
        new PrecisionCheck("precision", files.description(), config, runtime)
            .run(test)
            .ifPresent(findings::add);
        return Optional.of(new Works(backbone.ids(), batch));
      }
    } catch (ConfigException e) { // a missing device is refused here, too
      findings.add(
          Finding.error(
              Failures.describe(e), "correct backbone or tensorflow in the" + " settings"));
    } catch (IOException | RejectedException e) {
      findings.add(Finding.error("the self-test failed: " + e.getMessage(), "reinstall Imprint"));
    }
    return Optional.empty();
  }

  private void examineAnswers(EmbeddingDifference difference) {
    String what =
        ("of three bundled pictures compared with those from Keras: cosine at least %.6f,"
                + " largest difference %.6f")
            .formatted(difference.smallestCosine(), difference.largest());
    findings.add(
        difference.smallestCosine() >= LEAST_COSINE
            ? Finding.ok("embeddings " + what)
            : Finding.error(
                "wrong embeddings " + what,
                "try tensorflow.device: cpu, or TF_ENABLE_ONEDNN_OPTS=0 in the environment"));
  }

  private Duration examineSpeed(SelfTest test) {
    int images = config.serving().maxBatch();
    double single = test.time(1).toNanos() / 1e6;
    Duration batch = test.time(images);
    findings.add(
        Finding.ok(
            ("the network takes %.0f ms for a single image and %.0f ms for a batch of %d"
                    + " (serving.max_batch): up to %.0f images a second")
                .formatted(single, batch.toNanos() / 1e6, images, images * 1e9 / batch.toNanos())));
    findings.add(
        Finding.ok(
            ("plan for %.0f images a second for one instance on this machine (%d cores) with"
                    + " nothing else running")
                .formatted(
                    SERVED * images * 1e9 / batch.toNanos(),
                    Runtime.getRuntime().availableProcessors())));
    return batch;
  }

  private void examineHead(KerasBackbone backbone, @Nullable Path file) {
    DenseHead own = backbone.classifier();
    if (file == null) {
      if (own != null) {
        findings.add(
            Finding.ok(
                "its own classification head serves first: version %s, %d labels"
                    .formatted(HeadFile.ofClassifier(own).version(), own.labels().size())));
      }
      return;
    }
    try {
      HeadFile head = HeadFile.read(file);
      Backbone its = requireNonNullElse(backbone.withId(head.head().backboneId()), backbone);
      ServingModel model = new ServingModel(head.version(), its, head.head());
      findings.add(
          Finding.ok(
              "head %s fits: version %s, labels %s"
                  .formatted(file, model.version(), head.head().labels())));
    } catch (IOException | IllegalArgumentException e) {
      findings.add(
          Finding.error(
              "serving.head is %s: %s".formatted(file, e.getMessage()), "set serving.head"));
    }
  }
}
