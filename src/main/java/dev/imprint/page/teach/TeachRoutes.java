package dev.imprint.page.teach;

import dev.imprint.event.Topics;
import dev.imprint.model.labels.PlainText;
import dev.imprint.page.watch.ClaimPath;
import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.ProblemException;
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
        skipping("skip", "Asks nobody for these pictures again.", teaching::skip),
        skipping("unskip", "Asks for pictures that were skipped.", teaching::unskip),
        picture());
  }

  private Route next() {
    return Route.get(
            "/api/v1/teach/next",
            "teachNext",
            "Pictures to label, those first that teach most; leased to the session for %d minutes."
                .formatted(TeachQueue.LEASE.toMinutes()))
        .needs(AccessRole.LABEL)
        .with(SESSION)
        .with(
            Parameter.integer(
                "count",
                "At most so many; 0 only renews the leases.",
                0,
                MOST_AT_ONCE,
                (long) USUAL))
        .with(
            Parameter.choice(
                "afresh", "Whether the tab has forgotten earlier ones.", List.of("no", "yes")))
        .returns(NextPictures.class, this::next);
  }

  private Answer next(Call call) throws ProblemException {
    boolean afresh = call.required("afresh").equals("yes");
    return Answer.ok(teaching.next(call.required("session"), (int) call.integer("count"), afresh));
  }

  private Route similar() {
    Route.Builder route =
        Route.get(
                "/api/v1/teach/similar/" + ClaimPath.FORM,
                "teachSimilar",
                "Pictures without a label that look most like one; leased to the session, too.")
            .needs(AccessRole.LABEL)
            .with(SESSION);
    ClaimPath.PARAMETERS.forEach(route::with);
    return route
        .with(Parameter.integer("count", "At most so many.", 1, MOST_SIMILAR, (long) MOST_SIMILAR))
        .returns(SimilarPictures.class, this::similar);
  }

  private Answer similar(Call call) throws ProblemException {
    return Answer.ok(
        teaching.similar(
            ClaimPath.claim(call, topics.images()),
            call.required("session"),
            (int) call.integer("count")));
  }

  private Route giveBack() {
    return Route.post(
            "/api/v1/teach/return",
            "giveBack",
            "Gives pictures back that the session was asked, so that anybody may be asked.")
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
            "Says what pictures show, at most %d at once; answered once Kafka has taken it."
                .formatted(LabelPost.MOST_AT_ONCE))
        .needs(AccessRole.LABEL)
        .takes(GivenLabels.class)
        .returns(
            TakenLabels.class,
            call -> Answer.ok(post.post(call.body(GivenLabels.class), call.caller())));
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
                Answer.ok(
                    post.post(
                        call.required("id"), call.bytes(), call.text("label"), call.caller())));
  }
}
