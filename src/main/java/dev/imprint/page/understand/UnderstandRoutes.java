package dev.imprint.page.understand;

import dev.imprint.buffer.Position;
import dev.imprint.event.RecordReader;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.page.feed.Turns;
import dev.imprint.page.watch.PictureRoute;
import dev.imprint.page.watch.StoredOrCopied;
import dev.imprint.page.watch.Thumbnails;
import dev.imprint.page.watch.WatchRoutes;
import dev.imprint.rollout.ManifestSearch;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Route;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the view, and the readers behind them. Of those that read topics, one call at a
 * time is carried out, and one of those that ask the model. The creator must close it.
 */
public final class UnderstandRoutes implements AutoCloseable {
  private static final String PATH = "/api/v1/understand";

  /** The server drops clients that wait for ten seconds; a search reads twice. */
  private static final Duration SEARCH = Duration.ofSeconds(2);

  private static final Duration HISTORY = Duration.ofSeconds(5);

  /** Some versions with 50,000 examples each. */
  private static final long MOST_MANIFEST_BYTES = 16 << 20;

  private final Turns reads = turns("imprint-history");
  private final Turns answers = turns("imprint-answer");
  private final Topics topics;
  private final ModelStore store;
  private final Supplier<Models> models;
  private final RecordReader images;
  private final PictureBytes bytes;
  private final PictureSearch search;
  private final BoundedRead reading;
  private final PictureAnswers answering;
  private final OcclusionMaps maps;
  private final Thumbnails thumbnails;

  /**
   * @param insight into the instance's models
   * @param pictures closed by the caller
   * @param decoder null while the service is starting
   * @param models what the instance's follower has read
   */
  public UnderstandRoutes(
      Insight insight,
      StoredOrCopied pictures,
      Supplier<@Nullable ImageDecoder> decoder,
      Supplier<Models> models,
      ModelStore store) {
    this.topics = store.topics();
    this.store = store;
    this.models = models;
    images = new RecordReader(store.clients(), topics.images());
    bytes = new PictureBytes(pictures);
    reading = new BoundedRead(store.clients(), HISTORY);
    search = new PictureSearch(images, new BoundedRead(store.clients(), SEARCH), pictures, topics);
    answering = new PictureAnswers(insight, bytes, topics);
    maps = new OcclusionMaps(insight);
    thumbnails = new Thumbnails(pictures.copies(), decoder, WatchRoutes.THUMBNAIL_SIDE);
  }

  private static Turns turns(String thread) {
    return new Turns(
        thread, Duration.ofSeconds(2), "other pictures are being looked up: try again");
  }

  public List<Route> routes() {
    return List.of(
        picture(),
        answer(),
        history(),
        versions(),
        occlusion(),
        new PictureRoute(
                PictureSearch.COPY, topics.pictures(), WatchRoutes.THUMBNAIL_SIDE, thumbnails)
            .route());
  }

  private Route picture() {
    return Route.get(
            PATH,
            "understand",
            "A picture's position and prediction, by its id; for older ones, by its position.")
        .with(PictureParameters.IMAGE_ID)
        .with(PictureParameters.AT)
        .returns(
            FoundPicture.class,
            call -> {
              String id = PictureParameters.imageId(call);
              Position at = PictureParameters.place(call);
              return lookUp(() -> search.find(id, at));
            });
  }

  private Route answer() {
    return Route.get(
            PATH + "/answer",
            "understandAnswer",
            "The serving model's current answer for a picture: the probability of each label,"
                + " and the labelled pictures that look most like it.")
        .with(PictureParameters.IMAGE_ID)
        .with(PictureParameters.AT.needed())
        .with(PictureParameters.SHA256)
        .returns(
            PictureAnswer.class,
            call -> {
              String id = PictureParameters.imageId(call);
              Claim claim = PictureParameters.claim(call, topics.images());
              return answers.take(() -> Answer.ok(answering.answer(id, claim)));
            });
  }

  private Route history() {
    return Route.get(
            PATH + "/history",
            "understandHistory",
            "The feedback on a picture and its effects, as far as the newest records show.")
        .with(PictureParameters.IMAGE_ID)
        .returns(
            PictureHistory.class,
            call -> {
              String id = PictureParameters.imageId(call);
              return lookUp(
                  () -> PictureHistory.of(id, reading, topics, models.get().labelChanges()));
            });
  }

  private Route versions() {
    return Route.get(
            PATH + "/versions",
            "understandVersions",
            "The versions that learned from a picture, or were judged on it, by its digest.")
        .with(PictureParameters.SHA256)
        .returns(
            ManifestSearch.class,
            call -> {
              String sha256 = call.required(PictureParameters.SHA256.name());
              return lookUp(
                  () -> ManifestSearch.of(store, models.get(), sha256, MOST_MANIFEST_BYTES));
            });
  }

  private Route occlusion() {
    Map<String, Class<?>> events = new LinkedHashMap<>();
    events.put(OcclusionEvents.BEGIN, OcclusionEvents.Begin.class);
    events.put(OcclusionEvents.CELLS, OcclusionEvents.Cells.class);
    events.put(OcclusionEvents.END, OcclusionEvents.End.class);
    return Route.get(
            PATH + "/occlusion",
            "understandOcclusion",
            ("Where the serving model looks: the probability of a label with each of %d parts of"
                    + " the picture covered. One at a time, within %d s.")
                .formatted(Occlusion.PATCHES, OcclusionMaps.LONGEST.toSeconds()))
        .needs(AccessRole.LABEL)
        .with(PictureParameters.AT.needed())
        .with(PictureParameters.SHA256)
        .with(PictureParameters.LABEL)
        .sends(
            events,
            call -> {
              String label = call.required(PictureParameters.LABEL.name());
              Claim claim = PictureParameters.claim(call, topics.images());
              maps.require(label);
              return answers.take(
                  () -> {
                    byte[] picture = bytes.read(claim);
                    return new Answer.Events(stream -> maps.make(picture, label, stream));
                  });
            });
  }

  private interface Reading {
    Object read() throws ProblemException;
  }

  /** Reads topics. */
  private Answer lookUp(Reading reading) {
    return reads.take(
        () -> {
          try {
            return Answer.ok(reading.read());
          } catch (KafkaException | IllegalStateException e) {
            throw ProblemException.withoutKafka(e);
          }
        });
  }

  @Override
  public void close() {
    reads.close();
    answers.close();
    thumbnails.close();
    maps.close();
    images.close();
  }
}
