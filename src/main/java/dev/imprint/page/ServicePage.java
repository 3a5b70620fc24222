package dev.imprint.page;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.inference.InferenceRoutes;
import dev.imprint.model.Release;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.head.Head;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.observability.Health;
import dev.imprint.page.classes.ClassRoutes;
import dev.imprint.page.classes.LearningParts;
import dev.imprint.page.commands.LeaderCommands;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.page.feed.PageProducer;
import dev.imprint.page.teach.CurrentModel;
import dev.imprint.page.teach.TeachRoutes;
import dev.imprint.page.teach.Teaching;
import dev.imprint.page.trial.TrialFeed;
import dev.imprint.page.trial.TrialRoutes;
import dev.imprint.page.understand.Insight;
import dev.imprint.page.understand.UnderstandRoutes;
import dev.imprint.page.versions.VersionRoutes;
import dev.imprint.page.versions.VersionsFeed;
import dev.imprint.page.watch.LedExamples;
import dev.imprint.page.watch.PromptPictures;
import dev.imprint.page.watch.StoredOrCopied;
import dev.imprint.page.watch.Thumbnails;
import dev.imprint.page.watch.WatchFeed;
import dev.imprint.page.watch.WatchRoutes;
import dev.imprint.pipeline.DirectClassifier;
import dev.imprint.pipeline.Pipeline;
import dev.imprint.pipeline.learning.KafkaPictureReader;
import dev.imprint.pipeline.learning.PictureReader;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.web.access.Access;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Api;
import dev.imprint.web.api.Route;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The page of one instance, and the interface behind it. The creator must close it, before the
 * server that shows it: that ends the streams that browsers listen to.
 */
public final class ServicePage implements AutoCloseable {
  /** Of a browser that asks for a thumbnail, where images leave no gap. */
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

  private final Instance instance;
  private final KafkaPictureReader images;
  private final KafkaPictureReader copies;
  private final Thumbnails small;
  private final Thumbnails large;
  private final WatchFeed feed;
  private final VersionsFeed versions;
  private final VersionRoutes decisions;
  private final ClassRoutes classes;
  private final Teaching teaching;
  private final TrialFeed trials;
  private final PageProducer producer;
  private final UnderstandRoutes understand;
  private final Api api;

  /**
   * @param maxImageBytes {@code images.max_bytes}
   * @param embedBatch {@code buffer.embed_batch}
   */
  public record Settings(
      String applicationId, int maxImageBytes, GateConfig gate, int embedBatch) {}

  /**
   * The parts of an instance that serve.
   *
   * @param decoder null while the service is starting; likewise the pipeline
   * @param model to look at; null until it serves
   * @param lease on the same, to call it
   * @param models as far as it has read them
   */
  public record Served(
      Supplier<@Nullable ImageDecoder> decoder,
      Supplier<@Nullable ServingModel> model,
      Supplier<@Nullable Lease> lease,
      Supplier<Models> models,
      Supplier<@Nullable Pipeline> pipeline) {
    CurrentModel current() {
      Pipeline its = pipeline.get();
      return CurrentModel.of(lease.get(), its == null ? null : its.embeddings());
    }

    @Nullable DirectClassifier direct() {
      Pipeline its = pipeline.get();
      return its == null ? null : its.direct();
    }

    /** Reads while no image is being classified, if there is such a moment soon. */
    PictureReader inGaps(PictureReader pictures) {
      return claim -> {
        Pipeline its = pipeline.get();
        if (its != null) {
          its.standBack(LONGEST_PAUSE);
        }
        return pictures.read(claim);
      };
    }
  }

  /**
   * The parts of an instance that the page shows.
   *
   * @param initialLabels of the head that the service started with; empty for none
   * @param led null while it does not lead
   */
  public record Instance(
      Clients clients,
      Topics topics,
      Settings settings,
      Health health,
      Served served,
      Supplier<List<String>> initialLabels,
      Supplier<@Nullable LedExamples> led) {

    /** Of the serving version; none before there is one. */
    List<String> labels() {
      ServingModel model = served.model().get();
      Head head = model == null ? null : model.head();
      return head == null ? List.of() : head.labels();
    }

    InstanceState state() {
      ServingModel model = served.model().get();
      return new InstanceState(health.report().status(), model == null ? null : model.version());
    }
  }

  /**
   * @param access who may use it
   */
  public ServicePage(Instance instance, Access access) {
    this.instance = instance;
    Clients clients = instance.clients();
    Topics topics = instance.topics();
    Settings settings = instance.settings();
    Served served = instance.served();
    Supplier<Models> models = served.models();
    Clock clock = Clock.systemUTC();
    ModelStore store = new ModelStore(clients, topics);
    images = new KafkaPictureReader(clients, topics.images());
    copies = new KafkaPictureReader(clients, topics.pictures());
    StoredOrCopied pictures = new StoredOrCopied(images, copies, instance.led(), topics);
    PictureReader prompt = new PromptPictures(served.inGaps(pictures), System::nanoTime);
    small = new Thumbnails(prompt, served.decoder(), WatchRoutes.THUMBNAIL_SIDE);
    large = new Thumbnails(prompt, served.decoder(), WatchRoutes.PICTURE_SIDE);
    feed = new WatchFeed(clients, topics, instance::state, RandomGenerator.getDefault());
    teaching = new Teaching(clients, topics, served::current, RandomGenerator.getDefault(), clock);
    producer = new PageProducer(clients, settings.maxImageBytes());
    trials = new TrialFeed(clients, topics, clock);
    versions = new VersionsFeed(clients, topics, instance::state, models);
    LearningParts learning =
        new LearningParts(settings.gate(), instance.initialLabels(), instance.led());
    LeaderCommands commands = new LeaderCommands(producer, topics, clock);
    classes = new ClassRoutes(models, store, learning, commands, clock);
    decisions = new VersionRoutes(versions, models, store, settings.applicationId(), commands);
    Insight insight = new Insight(served.lease(), instance.led(), settings.embedBatch());
    understand = new UnderstandRoutes(insight, pictures, served.decoder(), models, store);
    List<Route> routes = new ArrayList<>();
    routes.add(
        Route.get("/api/v1/status", "status", "This instance's release, version and health.")
            .returns(StatusView.class, call -> Answer.ok(status())));
    routes.addAll(new WatchRoutes(feed, small, large, topics.images()).routes());
    routes.addAll(
        new TeachRoutes(teaching, producer, topics, settings.maxImageBytes(), clock).routes());
    routes.addAll(new TrialRoutes(trials, topics.images()).routes());
    routes.addAll(decisions.routes());
    routes.addAll(classes.routes());
    routes.addAll(understand.routes());
    routes.addAll(
        new InferenceRoutes(
                settings.applicationId(),
                instance.health(),
                served.model(),
                served::direct,
                settings.maxImageBytes())
            .routes());
    routes.addAll(access.routes());
    api = new Api(routes, access.callers(), settings.maxImageBytes());
  }

  private StatusView status() {
    Health.Report report = instance.health().report();
    Map<String, StatusView.Part> parts = new LinkedHashMap<>();
    report
        .parts()
        .forEach((name, part) -> parts.put(name, new StatusView.Part(part.status(), part.cause())));
    ServingModel model = instance.served().model().get();
    return new StatusView(
        Release.VERSION,
        report.ready(),
        parts,
        model == null ? null : model.version(),
        instance.labels());
  }

  /** The interface, for programs too. */
  public Api api() {
    return api;
  }

  @Override
  public void close() {
    feed.close();
    versions.close();
    trials.close();
    api.close();
    decisions.close();
    classes.close();
    teaching.close();
    producer.close();
    understand.close();
    small.close();
    large.close();
    images.close();
    copies.close();
  }
}
