package dev.imprint.app;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Topics;
import dev.imprint.model.Backbone;
import dev.imprint.model.CheckResult;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.ServingModel;
import dev.imprint.observability.Health;
import dev.imprint.observability.Meters;
import dev.imprint.pipeline.LearningConfig;
import dev.imprint.pipeline.Pipeline;
import dev.imprint.pipeline.PipelineConfig;
import dev.imprint.pipeline.ServingConfig.WithoutHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.TensorFlowImageDecoder;
import dev.imprint.web.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance, wired: opens the parts from the ground up and closes them the other way round.
 * Whoever starts it closes it; closing ends in an orderly way, with nothing lost.
 */
final class Service implements AutoCloseable {
  /** Of each topic that an embedded broker is given. */
  private static final int EMBEDDED_PARTITIONS = 4;

  /** The pipeline has waited for its batches by then. */
  private static final Duration MODEL_PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final AtomicReference<CheckResult> model =
      new AtomicReference<>(CheckResult.down("loading"));
  private final Health health = new Health();
  private ImprintConfig config;
  private int httpPort;

  private Service(ImprintConfig config) {
    this.config = config;
  }

  /**
   * Serves against the Kafka that is configured.
   *
   * @throws CommandFailedException if Kafka does not answer or a topic is missing
   */
  static Service start(ImprintConfig config) throws IOException {
    Service service = new Service(config);
    service.opening(
        () -> {
          Topics topics = config.topics();
          try (Admin admin = new Clients(config.kafka()).admin()) {
            new TopicSetup(admin, config)
                .require(
                    topics.images(),
                    topics.predictions(),
                    topics.imagesDlq(),
                    topics.feedback(),
                    topics.feedbackDlq(),
                    topics.outcomes(),
                    topics.labels(),
                    topics.pictures());
          }
          service.openParts();
        });
    return service;
  }

  /**
   * Starts a broker in this JVM, makes the topics and serves against it.
   *
   * @param bootstrapPort of the broker; 0 takes a free one
   */
  static Service startEmbedded(ImprintConfig config, int bootstrapPort) throws IOException {
    Service service = new Service(config);
    service.opening(
        () -> {
          EmbeddedBroker broker =
              service.open(EmbeddedBroker.start(config.data().resolve("broker"), bootstrapPort));
          service.config = config.withBootstrapServers(broker.bootstrapServers());
          try (Admin admin = new Clients(service.config.kafka()).admin()) {
            new TopicSetup(admin, service.config).create(EMBEDDED_PARTITIONS, Optional.empty());
          }
          service.openParts();
        });
    return service;
  }

  /** As configured, with what was decided at the start. */
  ImprintConfig config() {
    return config;
  }

  int httpPort() {
    return httpPort;
  }

  /**
   * @throws CommandFailedException if it does not serve within this time, with the causes
   */
  void awaitReady(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!health.report().ready()) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailedException(
            "the service is not ready after %d s: %s"
                .formatted(patience.toSeconds(), health.report().parts()));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) { // declared so by AutoCloseable; the other parts must close, too
        LOG.error("{} did not close", part, e);
      }
    }
  }

  /** A call that hangs keeps its session from closing for ever; the process has to end, though. */
  static void closeInTime(AutoCloseable part, Duration patience)
      throws InterruptedException, ExecutionException {
    var closing =
        new FutureTask<@Nullable Void>(
            () -> {
              part.close();
              return null;
            });
    Thread thread = new Thread(closing, "imprint-close");
    thread.setDaemon(true);
    thread.start();
    try {
      closing.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.error(
          "{} is still in use after {} ms: the model hangs; it is left to the process's end",
          part,
          patience.toMillis(),
          e);
    }
  }

  private interface Opening {
    void run() throws IOException;
  }

  private void opening(Opening steps) throws IOException {
    boolean done = false;
    try {
      steps.run();
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private <T extends AutoCloseable> T open(T part) {
    opened.push(part);
    return part;
  }

  private void openParts() throws IOException {
    HeadFile head = readHead(); // before what takes long, too
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    open(registry::close);
    Meters meters = open(new Meters(registry, config.topics().images()));
    health.add("model", model::get, Health.Meaning.NOT_READY);
    // Before what takes long, so that a port in use is said at once and the start can be watched.
    httpPort = open(HttpServer.start(config.http(), registry, health)).port();

    BackboneDescription description = description(config.backbone());
    var decoder = new TensorFlowImageDecoder(description, config.images(), config.tensorflow());
    opened.push(() -> closeInTime(decoder, MODEL_PATIENCE));
    Backbone backbone = KerasBackbone.open(description, config.tensorflow());
    opened.push(() -> closeInTime(backbone, MODEL_PATIENCE));
    ServingModel serving = serving(backbone, head);
    meters.serving(serving);
    if (serving.head() == null && config.serving().withoutHead() == WithoutHead.HOLD) {
      model.set(
          CheckResult.down(
              "there is no head and serving.without_head is hold, so images wait on their topic:"
                  + " set serving.head, or serving.without_head to null_label"));
    } else {
      model.set(CheckResult.UP);
      startPipeline(serving, decoder, meters);
    }
    LOG.info(
        "Version {} on backbone {}: images from topic {} of Kafka at {}, health and metrics at"
            + " http://{}:{}/",
        serving.version(),
        backbone.id().substring(0, 12),
        config.topics().images(),
        config.kafka().bootstrapServers(),
        config.http().host(),
        httpPort);
  }

  private void startPipeline(ServingModel serving, ImageDecoder decoder, Meters meters) {
    var pipelineConfig =
        new PipelineConfig(
            config.applicationId(),
            config.data().resolve("streams"),
            config.topics(),
            config.serving(),
            config.predictions(),
            LearningConfig.DEFAULTS);
    Pipeline pipeline =
        open(
            new Pipeline(
                pipelineConfig,
                new Clients(config.kafka()),
                () -> serving,
                decoder,
                meters,
                Clock.systemUTC()));
    health.add("pipeline", pipeline::check, Health.Meaning.NOT_READY);
    health.add("supervisor", pipeline::checkSupervisor, Health.Meaning.RESTART_HELPS);
    pipeline.start();
  }

  static BackboneDescription description(@Nullable Path yaml) {
    return yaml == null ? BackboneDescription.bundled() : BackboneDescription.load(yaml);
  }

  private @Nullable HeadFile readHead() {
    Path file = config.serving().head();
    try {
      return file == null ? null : HeadFile.read(file);
    } catch (IOException e) {
      throw headRefused(e);
    }
  }

  private ServingModel serving(Backbone backbone, @Nullable HeadFile head) {
    try {
      return head == null
          ? ServingModel.withoutHead(backbone)
          : new ServingModel(head.version(), backbone, head.head());
    } catch (IllegalArgumentException e) {
      throw headRefused(e);
    }
  }

  private ConfigException headRefused(Exception e) {
    return new ConfigException(
        "serving.head is %s: %s".formatted(config.serving().head(), e.getMessage()));
  }
}
