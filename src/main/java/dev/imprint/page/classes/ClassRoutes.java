package dev.imprint.page.classes;

import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.labels.PlainText;
import dev.imprint.page.commands.LeaderCommands;
import dev.imprint.page.commands.LeaderCommands.Request;
import dev.imprint.page.commands.LeaderCommands.Sent;
import dev.imprint.page.commands.Preview;
import dev.imprint.page.feed.Turns;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Endpoint;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.Route;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The routes of the view. Calls that read labels take turns. The creator must close it, which ends
 * a review of labels, too.
 */
public final class ClassRoutes implements AutoCloseable {
  private static final String CLASSES = "/api/v1/classes";
  private static final String LABEL = "label";
  private static final String FROM = "from";
  private static final String LIMIT = "limit";

  private final Supplier<Models> models;
  private final LearningParts learning;
  private final LabelReading labels;
  private final Review review;
  private final ChangePreviews previews;
  private final LeaderCommands commands;
  private final Turns reading =
      new Turns(
          "imprint-labels",
          Duration.ofSeconds(3),
          "the labels are being read: try again in a moment");

  /**
   * @param models what the instance's follower has read
   */
  public ClassRoutes(
      Supplier<Models> models,
      ModelStore store,
      LearningParts learning,
      LeaderCommands commands,
      Clock clock) {
    this.models = models;
    this.learning = learning;
    this.labels = new LabelReading(store.clients(), store.topics());
    this.review = new Review(models, store, labels, learning.led(), clock);
    this.previews = new ChangePreviews(store, labels, learning.initialLabels(), clock);
    this.commands = commands;
  }

  public List<Route> routes() {
    return List.of(
        list(), pictures(), confusions(), suspects(), duplicates(), spellings(), preview(), send());
  }

  private Route list() {
    return part("", "classes", "The labels, those with the fewest pictures first.")
        .returns(
            ClassList.class,
            call ->
                reading.take(
                    () -> {
                      Models known = models.get();
                      LabelledSet set = labels.now(known.labelChanges());
                      return Answer.ok(ClassList.of(set, known, learning.gate(), part(call)));
                    }));
  }

  private Route pictures() {
    return part("/pictures", "classPictures", "The pictures of a label, the newest labels first.")
        .with(
            Parameter.text(LABEL, "The current name of the label.", PlainText.MAX_LENGTH).needed())
        .returns(
            LabelPictures.class,
            call ->
                reading.take(
                    () -> {
                      LabelledSet set = labels.now(models.get().labelChanges());
                      return Answer.ok(LabelPictures.of(call.required(LABEL), set, part(call)));
                    }));
  }

  private Route confusions() {
    return part(
            "/confusions",
            "confusions",
            "Labels that the serving version confused with others according to its record, with"
                + " pictures; the most frequent first.")
        .returns(
            Confusions.class,
            call -> Answer.ok(Confusions.of(models.get(), review.now(), part(call))));
  }

  private Route suspects() {
    return part(
            "/suspects",
            "suspects",
            "Labels that are probably wrong, the most certain first, as 'labels suspicious' finds"
                + " them.")
        .returns(Suspects.class, reviewed(Suspects::of));
  }

  private Route duplicates() {
    return part(
            "/duplicates",
            "duplicates",
            "Pictures that occur more than once, those with several labels first, as 'labels"
                + " duplicates' finds them.")
        .returns(DuplicateList.class, reviewed(DuplicateList::of));
  }

  private Route spellings() {
    return part("/spellings", "spellings", "Labels that look like spellings of the same one.")
        .returns(
            SpellingList.class,
            call ->
                reading.take(
                    () -> {
                      var changes = models.get().labelChanges();
                      return Answer.ok(SpellingList.of(labels.now(changes), changes, part(call)));
                    }));
  }

  private Route preview() {
    return Route.post(
            CLASSES + "/preview",
            "previewLabelChange",
            "The effect of a change of labels, or why it would be refused. Changes nothing.")
        .needs(AccessRole.LOOK)
        .takes(ChangeRequest.class)
        .returns(
            Preview.class,
            call -> {
              ChangeRequest asked = call.body(ChangeRequest.class);
              return reading.take(() -> Answer.ok(previews.of(asked.change())));
            });
  }

  private Route send() {
    return Route.post(
            CLASSES + "/changes",
            "changeLabels",
            "Sends the command to rename, merge, retire or restore labels.")
        .takes(ChangeRequest.class)
        .returns(
            Sent.class,
            call -> {
              ChangeRequest asked = call.body(ChangeRequest.class);
              Request request =
                  new Request(Kind.LABELS, null, asked.change(), asked.expectedServing(), false);
              return commands.send(request, call.caller());
            });
  }

  private interface PartOfReview {
    Object of(Review.Reviewed reviewed, ListPart part);
  }

  private Endpoint reviewed(PartOfReview list) {
    return call -> Answer.ok(list.of(review.now(), part(call)));
  }

  private static Route.Builder part(String path, String id, String summary) {
    return Route.get(CLASSES + path, id, summary)
        .with(Parameter.integer(FROM, "Index of the first one, from 0.", 0, 1_000_000, 0L))
        .with(Parameter.integer(LIMIT, "How many.", 1, 100, 50L));
  }

  private static ListPart part(Call call) {
    return new ListPart((int) call.integer(FROM), (int) call.integer(LIMIT));
  }

  @Override
  public void close() {
    review.close(); // for which a call may be waiting
    reading.close();
  }
}
