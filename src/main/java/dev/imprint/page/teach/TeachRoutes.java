package dev.imprint.page.teach;

import dev.imprint.event.Topics;
import dev.imprint.model.PlainText;
import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Route;
import java.time.Clock;
import java.util.List;

/**
 * The routes of the view.
 *
 * @param maxImageBytes {@code images.max_bytes}
 */
public record TeachRoutes(
    Teaching teaching, PageProducer producer, Topics topics, int maxImageBytes, Clock clock) {
  private static final int MOST_AT_ONCE = 20;
  private static final int USUAL = 8;
  private static final int MOST_ID_CHARACTERS = 1_024;

  public List<Route> routes() {
    LabelPost labels = new LabelPost(producer, topics.feedback(), teaching);
    return List.of(next(), labels(labels), skip(), picture());
  }

  private Route next() {
    return Route.get(
            "/api/v1/teach/next",
            "teachNext",
            "Pictures to label, those first that teach most; leased to the session for %d minutes."
                .formatted(TeachQueue.LEASE.toMinutes()))
        .needs(AccessRole.LABEL)
        .with(
            Parameter.text(
                    "session", "Any id of the browser's tab, such as a UUID.", "[0-9a-zA-Z-]{1,64}")
                .needed())
        .with(Parameter.integer("count", "At most so many.", 1, MOST_AT_ONCE, (long) USUAL))
        .with(
            Parameter.choice(
                "afresh", "Whether the tab has forgotten earlier ones.", List.of("no", "yes")))
        .returns(NextPictures.class, this::next);
  }

  private Answer next(Call call) throws ProblemException {
    boolean afresh = call.required("afresh").equals("yes");
    return Answer.ok(teaching.next(call.required("session"), (int) call.integer("count"), afresh));
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

  private Route skip() {
    return Route.post("/api/v1/teach/skip", "skip", "Asks nobody for these pictures again.")
        .needs(AccessRole.LABEL)
        .takes(SkippedPictures.class)
        .returns(
            SkippedPictures.class,
            call -> {
              SkippedPictures skipped = call.body(SkippedPictures.class);
              teaching.settle(skipped.claims());
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
