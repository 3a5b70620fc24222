package dev.imprint.page.teach;

import dev.imprint.event.Topics;
import dev.imprint.model.labels.PlainText;
import dev.imprint.page.feed.PageProducer;
import dev.imprint.page.watch.ClaimPath;
import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.Route;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/**
 * The routes of the view.
 *
 * @param maxImageBytes {@code images.max_bytes}
 */
public record TeachRoutes(
    Teaching teaching, PageProducer producer, Topics topics, int maxImageBytes, Clock clock) {
  private static final int MOST_AT_ONCE = 20;
  private static final int USUAL = 8;
  private static final int MOST_SIMILAR = 24;

  private static final Parameter SESSION =
      Parameter.text(
              "session", "Any id of the browser's tab, such as a UUID.", "[0-9a-zA-Z-]{1,64}")
          .needed();

  private static final int MOST_ID_CHARACTERS = 1_024;

  public List<Route> routes() {
    LabelPost labels = new LabelPost(producer, topics.feedback(), teaching);
    return List.of(
        next(),
        similar(),
        giveBack(),
        labels(labels),
        skipping("skip", "Stops asking about these pictures.", teaching::skip),
        skipping("unskip", "Asks again about pictures that were skipped.", teaching::unskip),
        picture());
  }

  private Route next() {
    return Route.get(
            "/api/v1/teach/next",
            "teachNext",
            "Pictures to label, those that teach most first; leased to the session for %d minutes."
                .formatted(TeachQueue.LEASE.toMinutes()))
        .needs(AccessRole.LABEL)
        .with(SESSION)
        .with(
            Parameter.integer(
                "count",
                "Maximum number of pictures; 0 only renews the leases.",
                0,
                MOST_AT_ONCE,
                (long) USUAL))
        .with(
            Parameter.choice(
                "afresh", "Whether the tab has forgotten earlier ones.", List.of("no", "yes")))
        .returns(NextPictures.class, this::next);
  }

  private Answer next(Call call) {
    boolean afresh = call.required("afresh").equals("yes");
    return teaching.next(call.required("session"), (int) call.integer("count"), afresh);
  }

  private Route similar() {
    Route.Builder route =
        Route.get(
                "/api/v1/teach/similar/" + ClaimPath.FORM,
                "teachSimilar",
                "The unlabelled pictures that look most like this one; leased to the session, too.")
            .needs(AccessRole.LABEL)
            .with(SESSION);
    ClaimPath.PARAMETERS.forEach(route::with);
    return route
        .with(
            Parameter.integer(
                "count", "Maximum number of pictures.", 1, MOST_SIMILAR, (long) MOST_SIMILAR))
        .returns(SimilarPictures.class, this::similar);
  }

  private Answer similar(Call call) {
    return teaching.similar(
        ClaimPath.claim(call, topics.images()),
        call.required("session"),
        (int) call.integer("count"));
  }

  private Route giveBack() {
    return Route.post(
            "/api/v1/teach/return",
            "giveBack",
            "Returns leased pictures, so that others may be asked about them.")
        .needs(AccessRole.LABEL)
        .takes(ReturnedPictures.class)
        .returns(
            ReturnedPictures.class,
            call -> {
              ReturnedPictures returned = call.body(ReturnedPictures.class);
              teaching.giveBack(returned);
              return Answer.ok(returned);
            });
  }

  private static Route labels(LabelPost post) {
    return Route.post(
            "/api/v1/labels",
            "label",
            "Sends labels and verdicts for at most %d pictures; answered once Kafka has them."
                .formatted(LabelPost.MOST_AT_ONCE))
        .needs(AccessRole.LABEL)
        .takes(GivenLabels.class)
        .returns(TakenLabels.class, call -> post.post(call.body(GivenLabels.class), call.caller()));
  }

  private static Route skipping(String id, String summary, Consumer<SkippedPictures> effect) {
    return Route.post("/api/v1/teach/" + id, id, summary)
        .needs(AccessRole.LABEL)
        .takes(SkippedPictures.class)
        .returns(
            SkippedPictures.class,
            call -> {
              SkippedPictures skipped = call.body(SkippedPictures.class);
              effect.accept(skipped);
              return Answer.ok(skipped);
            });
  }

  private Route picture() {
    PicturePost post = new PicturePost(producer, topics, maxImageBytes, clock);
    return Route.post(
            "/api/v1/images",
            "sendImage",
            "Sends a picture to be classified, with its label if that is known.")
        .needs(AccessRole.LABEL)
        .with(Parameter.text("id", "Id of the image.", MOST_ID_CHARACTERS).needed())
        .with(Parameter.text("label", "The picture's label, if known.", PlainText.MAX_LENGTH))
        .takesFile()
        .returns(
            SentPicture.class,
            call ->
                post.post(call.required("id"), call.bytes(), call.text("label"), call.caller()));
  }
}
