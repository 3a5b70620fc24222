package dev.imprint.app;

import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.model.Backbone;
import dev.imprint.model.ServingModel;
import dev.imprint.pipeline.ServingConfig;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.TensorFlowRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Looks at everything that serving needs, and says what is wrong with it. */
final class Doctor {
  /** Set by bin/imprint; without it JavaCPP fails when TensorFlow has 4 times the heap. */
  private static final String NATIVE_MEMORY = "org.bytedeco.javacpp.maxBytes";

  private final ImprintConfig config;
  private final List<Finding> findings = new ArrayList<>();

  Doctor(ImprintConfig config) {
    this.config = config;
  }

  List<Finding> examine() {
    findings.clear();
    examineJava();
    if (examineTensorFlow()) {
      examineModel();
    }
    examineDelivery();
    examineKafka();
    return List.copyOf(findings);
  }

  private void examineJava() {
    long heap = Runtime.getRuntime().maxMemory();
    findings.add(Finding.ok("Java %s, heap of %d MiB".formatted(Runtime.version(), heap >> 20)));
    if (!"0".equals(System.getProperty(NATIVE_MEMORY))) {
      findings.add(
          Finding.warning(
              "TensorFlow's memory is limited to 4 times the heap",
              "start by bin/imprint, or with -D%s=0".formatted(NATIVE_MEMORY)));
    }
    long batch = (long) config.serving().maxBatch() * config.images().maxBytes();
    if (batch > heap / 2) {
      findings.add(
          Finding.warning(
              "a batch of the largest images (serving.max_batch × images.max_bytes) has %d MiB,"
                      .formatted(batch >> 20)
                  + " over half of the heap",
              "IMPRINT_JAVA_OPTS=-Xmx%dm, or lower one of them".formatted(4 * batch >> 20)));
    }
    int cores = Runtime.getRuntime().availableProcessors();
    if (config.serving().threads() > cores) {
      findings.add(
          Finding.warning(
              "serving.threads is %d, but there are %d cores"
                  .formatted(config.serving().threads(), cores),
              "lower serving.threads"));
    }
  }

  private boolean examineTensorFlow() {
    try {
      TensorFlowRuntime runtime = TensorFlowRuntime.probe();
      findings.add(
          Finding.ok(
              "TensorFlow %s on %s, CPU with %s"
                  .formatted(
                      runtime.version(),
                      runtime.hasGpu() ? "GPU" : "CPU",
                      String.join(", ", runtime.instructionSets()))));
      findings.add(
          Finding.ok(
              "tensorflow.device is %s: networks run and heads are trained on the %s"
                  .formatted(
                      config.tensorflow().device().name().toLowerCase(Locale.ROOT),
                      TensorFlowRuntime.device(config.tensorflow()).toUpperCase(Locale.ROOT))));
      return true;
    } catch (LinkageError e) {
      findings.add(
          Finding.error(
              "TensorFlow's native library does not load: " + e,
              "run on linux-x86_64, linux-arm64, macosx-arm64 or windows-x86_64"));
      return false;
    }
  }

  private void examineModel() {
    Path file = config.backbone();
    try (Backbone backbone = KerasBackbone.open(Service.description(file), config.tensorflow())) {
      findings.add(
          Finding.ok(
              "backbone %s loads: id %s, embeddings of %d numbers"
                  .formatted(
                      file == null ? "bundled" : file,
                      backbone.id().substring(0, 12),
                      backbone.dimension())));
      examineHead(backbone, config.serving().head());
    } catch (IllegalArgumentException | UncheckedIOException e) {
      // A device that is not there is refused here, too.
      findings.add(Finding.error("no backbone: " + e.getMessage(), "set backbone, or tensorflow"));
    }
  }

  private void examineHead(Backbone backbone, @Nullable Path file) {
    if (file == null) {
      findings.add(
          Finding.warning(
              config.serving().withoutHead() == ServingConfig.WithoutHead.HOLD
                  ? "no head: images wait"
                  : "no head: predictions have no label until a version is trained",
              "send labels, or set serving.head"));
      return;
    }
    try {
      HeadFile head = HeadFile.read(file);
      ServingModel model = new ServingModel(head.version(), backbone, head.head());
      findings.add(
          Finding.ok(
              "head %s fits: version %s, labels %s"
                  .formatted(file, model.version(), head.head().labels())));
    } catch (IOException | IllegalArgumentException e) {
      findings.add(Finding.error("serving.head is %s: %s".formatted(file, e), "set serving.head"));
    }
  }

  private void examineDelivery() {
    boolean exactlyOnce = config.serving().delivery() == ServingConfig.Delivery.EXACTLY_ONCE;
    findings.add(
        Finding.ok(
            exactlyOnce
                ? "exactly once, for consumers that set isolation.level=read_committed"
                : "at least once: a crash may double predictions"));
  }

  private void examineKafka() {
    try (Admin admin = new Clients(config.kafka()).admin()) {
      TopicSetup topics = new TopicSetup(admin, config);
      var cluster = admin.describeCluster();
      String id = topics.answer(cluster.clusterId());
      int brokers = topics.answer(cluster.nodes()).size();
      findings.add(
          Finding.ok(
              "Kafka at %s answers: cluster %s, brokers: %d%s"
                  .formatted(config.kafka().bootstrapServers(), id, brokers, version(topics))));
      findings.addAll(new TopicCheck(topics).findings());
    } catch (CommandFailedException | KafkaException | IllegalArgumentException e) {
      findings.add(
          Finding.error(
              "Kafka at %s: %s".formatted(config.kafka().bootstrapServers(), e.getMessage()),
              "set kafka, or --bootstrap-server and --command-config"));
    }
  }

  /** The level that the brokers have agreed on; of those before KRaft nothing. */
  private static String version(TopicSetup topics) {
    var features =
        topics.answer(topics.admin().describeFeatures().featureMetadata()).finalizedFeatures();
    var level = features.get("metadata.version");
    return level == null ? "" : ", metadata.version " + level.maxVersionLevel();
  }
}
