package dev.imprint.app.service;

import static java.util.stream.Collectors.joining;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.leader.Leader;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Release;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.ProbedDecoder;
import dev.imprint.observability.Health;
import dev.imprint.observability.LearningMeters;
import dev.imprint.observability.Meters;
import dev.imprint.page.PageFiles;
import dev.imprint.page.ServicePage;
import dev.imprint.pipeline.Pipeline;
import dev.imprint.pipeline.PipelineConfig;
import dev.imprint.pipeline.part.PipelinePart;
import dev.imprint.rollout.ModelFollower;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.RolloutConfig;
import dev.imprint.web.HttpConfig;
import dev.imprint.web.HttpServer;
import dev.imprint.web.OperatorPages;
import dev.imprint.web.access.Access;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one instance, from HTTP to the leader. Not thread-safe, except for what HTTP reads,
 * which it may do while parts are still opening.
 */
final class ServiceParts {
  /** Maximum wait for the model to close; the pipeline has waited for its batches by then. */
  private static final Duration MODEL_PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(ServiceParts.class);

  private final ImprintConfig config;
  private final Closer closer;
  private final Health health;
  private final LedBuffer led = new LedBuffer();
  private final AtomicBoolean pipelineStarted = new AtomicBoolean();
  private int httpPort;
  private volatile @Nullable ModelFollower follower;
  private volatile @Nullable ImageDecoder decoder;
  private volatile @Nullable Pipeline pipeline;

  /**
   * @param closer takes each part, once it is open
   */
  ServiceParts(ImprintConfig config, Closer closer, Health health) {
    this.config = config;
    this.closer = closer;
    this.health = health;
  }

  /** In order; the closer closes them in reverse. */
  void open() throws IOException {
    // Before TensorFlow is loaded, because it writes lines of its own to stderr.
    LOG.info("Starting Imprint {}", Release.VERSION);
    PastNetworks.clean(config.data());
    ModelFiles files = new ModelFiles(config);
    HeadFile head = files.head(); // also before the slow parts
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    closer.add(registry::close);
    Meters meters = closer.add(new Meters(registry, config.topics().images(), config.metrics()));
    health.bindTo(registry);
    health.addEssential("model", this::checkModel);
    // Before the slow parts, so that a port in use is reported at once and startup can be
    // monitored.
    openHttp(registry);

    Backbones backbones = openBackbones(files);
    decoder = new ProbedDecoder(backbones.current().decoder());
    HeadFile initial = files.first(head, backbones.current());

    LearningMeters learning = new LearningMeters(registry, config.training().gate());
    ModelStore store = new ModelStore(new Clients(config.kafka()), config.topics());
    RolloutConfig rollout = config.rollout();
    ModelFollower models =
        closer.add(
            new ModelFollower(
                store, backbones, initial, rollout, meters, model -> startPipeline()));
    pipeline = openPipeline(models, backbones, meters);
    follower = models;
    led.opened(backbones, initial);
    openLeader(new LeadershipFactory(config, store, backbones, initial, learning, led));
    models.start();
    LOG.info(
        "Backbone {}: reading images from topic {} of Kafka at {}; health and metrics at"
            + " {}://{}:{}/",
        backbones.all().stream()
            .map(each -> OpenBackbones.shortened(each.id()))
            .collect(joining(", next ")),
        config.topics().images(),
        config.kafka().bootstrapServers(),
        config.http().scheme(),
        config.http().host(),
        httpPort);
  }

  private void openHttp(PrometheusMeterRegistry registry) throws BindException {
    HttpConfig http = config.http();
    Access access = Access.open(http.access(), http.onLoopback(), Clock.systemUTC());
    ServicePage page =
        new ServicePage(
            new ServicePage.Instance(
                new Clients(config.kafka()),
                config.topics(),
                new ServicePage.Settings(
                    config.applicationId(),
                    config.images().maxBytes(),
                    config.training().gate(),
                    config.buffer().embedBatch()),
                health,
                new ServicePage.Served(
                    () -> decoder,
                    () -> follower == null ? null : follower.serving(),
                    () -> follower == null ? null : follower.tryBorrow(),
                    () -> follower == null ? Models.EMPTY : follower.models(),
                    () -> pipeline),
                led::initialLabels,
                led),
            access);
    HttpServer server =
        closer.add(
            HttpServer.start(
                http, OperatorPages.of(registry, health), PageFiles.all(), page.api()));
    httpPort = server.port();
    closer.add(page); // closed first, or the server would wait for its streams
  }

  private Backbones openBackbones(ModelFiles files) {
    Backbone current = closer.add(files.openBackbone(), MODEL_PATIENCE);
    Backbone next = files.openNext(current.id());
    if (next != null) {
      closer.add(next, MODEL_PATIENCE);
    }
    return new Backbones(current, next);
  }

  /** Called on the follower's thread, for each model. */
  private void startPipeline() {
    Pipeline opened = pipeline;
    if (opened != null && pipelineStarted.compareAndSet(false, true)) {
      opened.start();
    }
  }

  private CheckResult checkModel() {
    ModelFollower models = follower;
    if (models == null) {
      return CheckResult.down("loading");
    }
    return models.check();
  }

  private Pipeline openPipeline(ModelFollower models, Backbones backbones, Meters meters) {
    var pipelineConfig =
        new PipelineConfig(
            config.applicationId(),
            config.data().resolve("streams"),
            config.topics(),
            config.serving(),
            config.predictions(),
            config.learning(),
            config.sampling());
    Pipeline opening =
        closer.add(
            new Pipeline(
                pipelineConfig,
                new Clients(config.kafka()),
                backbones.all(),
                models::borrow,
                () -> models.models().labelChanges(),
                meters,
                Clock.systemUTC()));
    health.addEssential(PipelinePart.SERVING.tag(), () -> opening.check(PipelinePart.SERVING));
    health.add(PipelinePart.LEARNING.tag(), () -> opening.check(PipelinePart.LEARNING));
    ClockWatch clock = closer.add(new ClockWatch(config, Clock.systemUTC()));
    health.add("clock", clock::check);
    clock.start();
    return opening;
  }

  private void openLeader(LeadershipFactory leaderships) {
    if (!config.training().enabled()) {
      return;
    }
    String group = config.applicationId() + "-leader";
    Leader leader =
        closer.add(
            new Leader(
                new Clients(config.kafka()), group, config.topics().commands(), leaderships));
    led.elects(leader);
    health.add("training", leader::check);
    leader.start();
  }

  int httpPort() {
    return httpPort;
  }
}
