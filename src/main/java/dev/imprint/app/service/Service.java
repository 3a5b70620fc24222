package dev.imprint.app.service;

import static java.util.stream.Collectors.joining;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.broker.BrokerLibraries;
import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Topics;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance: opens its parts in order and closes them in reverse. The caller must close it;
 * closing is an orderly stop, with nothing lost.
 */
public final class Service implements AutoCloseable {
  /** Partitions of each topic on an embedded broker. */
  private static final int EMBEDDED_PARTITIONS = 4;

  /** Maximum wait for the model to close; the pipeline has waited for its batches by then. */
  private static final Duration MODEL_PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  private final LedBuffer led = new LedBuffer();
  private final Closer closer = new Closer();
  private final Health health = new Health();
  private ImprintConfig config;
  private int httpPort;
  private volatile @Nullable ModelFollower follower;
  private volatile @Nullable ImageDecoder decoder;
  private volatile @Nullable Pipeline pipeline;
  private final AtomicBoolean pipelineStarted = new AtomicBoolean();

  private Service(ImprintConfig config) {
    this.config = config;
  }

  /**
   * Serves with the configured Kafka; call {@link #requireKafka} first.
   *
   * @throws CommandFailedException if the data directory cannot be used
   */
  public static Service start(ImprintConfig config) throws IOException {
    Service service = new Service(config);
    service.opening(
        () -> {
          service.closer.add(DataDirectory.open(config.data()));
          service.openParts();
        });
    return service;
  }

  /**
   * Checks what {@link #start} needs of Kafka; separate, so that it can be called before anything
   * is logged.
   *
   * @throws CommandFailedException if Kafka does not respond or a topic is missing
   * @throws dev.imprint.event.ClientSettingsException if Kafka cannot be reached with these
   *     settings
   */
  public static void requireKafka(ImprintConfig config) {
    TopicSetup.require(
        config,
        config.topics().specs(config.images().maxBytes()).stream()
            .map(Topics.Spec::name)
            .toArray(String[]::new));
    new Clients(config.kafka()).requireValid();
  }

  /**
   * Starts a broker in this JVM, creates the topics and serves with it.
   *
   * @param bootstrapPort of the broker; 0 for any free one
   */
  public static Service startEmbedded(ImprintConfig config, int bootstrapPort) throws IOException {
    BrokerLibraries.require();
    Service service = new Service(config);
    service.opening(
        () -> {
          service.closer.add(DataDirectory.open(config.data()));
          EmbeddedBroker broker =
              service.closer.add(
                  EmbeddedBroker.start(config.data().resolve("broker"), bootstrapPort));
          service.config = config.withBootstrapServers(broker.bootstrapServers());
          Clients clients = new Clients(service.config.kafka());
          clients.requireValid();
          try (Admin admin = clients.admin()) {
            new TopicSetup(admin, service.config).create(EMBEDDED_PARTITIONS, Optional.empty());
          }
          service.openParts();
        });
    return service;
  }

  /** The configuration, including values decided at startup. */
  public ImprintConfig config() {
    return config;
  }

  public int httpPort() {
    return httpPort;
  }

  /**
   * @throws CommandFailedException if it is not ready within this time; the message has the causes
   */
  public void awaitReady(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!health.report().ready()) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailedException(
            "the service is not ready after %d s: %s"
                .formatted(patience.toSeconds(), causes(health.report().parts())));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static String causes(Map<String, CheckResult> parts) {
    return parts.entrySet().stream()
        .filter(part -> part.getValue().status() != CheckResult.Status.UP)
        .map(part -> part.getKey() + ": " + part.getValue().cause())
        .collect(joining(", "));
  }

  @Override
  public void close() {
    closer.close();
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

  private void openParts() throws IOException {
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
}
