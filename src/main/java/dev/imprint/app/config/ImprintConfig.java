package dev.imprint.app.config;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.buffer.BufferConfig;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.observability.MetricsConfig;
import dev.imprint.pipeline.PredictionsConfig;
import dev.imprint.pipeline.SamplingConfig;
import dev.imprint.pipeline.ServingConfig;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.rollout.RolloutConfig;
import dev.imprint.runs.RunsConfig;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.FineTuneConfig;
import dev.imprint.training.TrainingConfig;
import dev.imprint.web.HttpConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Every setting of the service: the root of the configuration file. config/imprint.yaml describes
 * each key; relative paths start at the working directory.
 *
 * @param applicationId names consumer groups, transactional ids and the state directory
 * @param data directory for state and for the embedded broker
 * @param backbone description of the backbone; null for the one in the jar
 * @param nextBackbone description of the one that the service switches to; null for none
 */
public record ImprintConfig(
    String applicationId,
    KafkaConfig kafka,
    Topics topics,
    Path data,
    @Nullable Path backbone,
    @Nullable Path nextBackbone,
    ImageLimits images,
    ServingConfig serving,
    PredictionsConfig predictions,
    SamplingConfig sampling,
    LearningConfig learning,
    BufferConfig buffer,
    TrainingConfig training,
    RolloutConfig rollout,
    RunsConfig runs,
    TensorFlowConfig tensorflow,
    HttpConfig http,
    MetricsConfig metrics,
    Log log) {

  public static final ImprintConfig DEFAULTS =
      new ImprintConfig(
          "imprint",
          KafkaConfig.DEFAULTS,
          Topics.DEFAULTS,
          Path.of("data"),
          null,
          null,
          ImageLimits.DEFAULT,
          ServingConfig.DEFAULTS,
          PredictionsConfig.DEFAULTS,
          SamplingConfig.DEFAULTS,
          LearningConfig.DEFAULTS,
          BufferConfig.DEFAULTS,
          TrainingConfig.DEFAULTS,
          RolloutConfig.DEFAULTS,
          RunsConfig.DEFAULTS,
          TensorFlowConfig.DEFAULT,
          HttpConfig.DEFAULTS,
          MetricsConfig.DEFAULTS,
          new Log(Log.LogFormat.PLAIN, Level.INFO));

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public ImprintConfig {
    unless(
        applicationId.matches("[a-zA-Z0-9._-]{1,100}"),
        "application_id",
        applicationId,
        "use 1 to 100 letters, digits, '.', '_' and '-'");
    int lastHeads = training.fineTune().auto().lastHeads();
    unless(
        training.fineTune().when() != FineTuneConfig.When.AUTO
            || lastHeads <= rollout.keepVersions(),
        "training.fine_tune.auto.last_heads",
        lastHeads,
        "set at most rollout.keep_versions (now %d): the verdicts of older versions are gone"
            .formatted(rollout.keepVersions()));
  }

  /** A copy with another Kafka address. */
  public ImprintConfig withBootstrapServers(String bootstrapServers) {
    return with(new KafkaConfig(bootstrapServers, kafka.properties()), tensorflow);
  }

  /** A copy with other settings of TensorFlow. */
  public ImprintConfig withTensorflow(TensorFlowConfig other) {
    return with(kafka, other);
  }

  private ImprintConfig with(KafkaConfig anotherKafka, TensorFlowConfig anotherTensorflow) {
    return new ImprintConfig(
        applicationId,
        anotherKafka,
        topics,
        data,
        backbone,
        nextBackbone,
        images,
        serving,
        predictions,
        sampling,
        learning,
        buffer,
        training,
        rollout,
        runs,
        anotherTensorflow,
        http,
        metrics,
        log);
  }

  /** Log level and format; logs always go to stderr. */
  public record Log(LogFormat format, Level level) {
    /** The format of log lines. */
    public enum LogFormat {
      PLAIN,
      JSON
    }
  }
}
