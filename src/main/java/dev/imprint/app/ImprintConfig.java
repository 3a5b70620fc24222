package dev.imprint.app;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.pipeline.PredictionsConfig;
import dev.imprint.pipeline.ServingConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Every setting of the service: the root of the configuration file. config/imprint.yaml describes
 * each key; relative paths count from the working directory.
 *
 * @param applicationId consumer group, transactional ids and state directory are named by it
 * @param data directory for state and for the embedded broker
 * @param backbone description of the backbone; null for the one in the jar
 */
public record ImprintConfig(
    String applicationId,
    KafkaConfig kafka,
    Topics topics,
    Path data,
    @Nullable Path backbone,
    Images images,
    ServingConfig serving,
    PredictionsConfig predictions,
    TensorFlow tensorflow,
    Http http,
    Log log) {

  public static final ImprintConfig DEFAULTS =
      new ImprintConfig(
          "imprint",
          KafkaConfig.DEFAULTS,
          Topics.DEFAULTS,
          Path.of("data"),
          null,
          new Images(8 * 1024 * 1024, 50_000_000),
          ServingConfig.DEFAULTS,
          PredictionsConfig.DEFAULTS,
          new TensorFlow(TensorFlow.Device.AUTO, 0),
          new Http("127.0.0.1", 8080),
          new Log(Log.Format.PLAIN, Level.INFO));

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public ImprintConfig {
    unless(
        applicationId.matches("[a-zA-Z0-9._-]{1,100}"),
        "application_id",
        applicationId,
        "use 1 to 100 letters, digits, '.', '_' and '-'");
  }

  /** Limits that are checked before an image is unpacked. */
  public record Images(int maxBytes, int maxPixels) {
    public Images {
      // The records around it must stay under Kafka's own limit of 2 GiB, and fit the heap.
      unless(
          maxBytes >= 1 && maxBytes <= 1 << 30,
          "images.max_bytes",
          maxBytes,
          "set 1 to 1073741824 (1 GiB)");
      unless(maxPixels >= 1, "images.max_pixels", maxPixels, "set at least 1");
    }
  }

  /**
   * How the network runs.
   *
   * @param threads for the operations of one batch; 0 for all cores
   */
  public record TensorFlow(Device device, int threads) {
    /** Where the network runs. */
    public enum Device {
      /** On a GPU if there is one. */
      AUTO,
      CPU,
      /** On a GPU, or not at all. */
      GPU
    }

    public TensorFlow {
      unless(threads >= 0, "tensorflow.threads", threads, "set 0 (all cores) or more");
    }
  }

  /**
   * Where health and metrics are served.
   *
   * @param port 0 for any that is free
   */
  public record Http(String host, int port) {
    public Http {
      unless(port >= 0 && port <= 65535, "http.port", port, "set 0 (any free port) to 65535");
    }
  }

  /** What is logged, and how; always to stderr. */
  public record Log(Format format, Level level) {
    /** How a log line looks. */
    public enum Format {
      PLAIN,
      JSON
    }
  }
}
