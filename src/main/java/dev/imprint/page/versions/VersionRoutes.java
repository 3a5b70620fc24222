package dev.imprint.page.versions;

import dev.imprint.model.Command.Kind;
import dev.imprint.page.commands.LeaderCommands;
import dev.imprint.page.commands.LeaderCommands.Request;
import dev.imprint.page.commands.LeaderCommands.Sent;
import dev.imprint.page.commands.Preview;
import dev.imprint.page.feed.Turns;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Route;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The routes of the view. Calls that read topics take turns. The creator must close it. */
public final class VersionRoutes implements AutoCloseable {
  private static final String VERSIONS = "/api/v1/versions";
  private static final String VERSION = "version";
  private static final String BEFORE = "before";
  private static final String LIMIT = "limit";
  private static final String AGAINST = "against";
  private static final String FINE_TUNE = "fine_tune";
  private static final String FORCE = "force";

  private final VersionsFeed feed;
  private final VersionViews views;
  private final Previews previews;
  private final LeaderCommands commands;
  private final Turns reading =
      new Turns(
          "imprint-records",
          Duration.ofSeconds(3),
          "other versions are being compared: try again in a moment");

  /**
   * A decision about which version serves.
   *
   * @param expectedServing the version that served when the person decided: it is refused if
   *     another one does by then; null if that does not matter
   */
  record Decision(@Nullable String expectedServing) {}

  /**
   * @param fineTune whether to train the network's last layers, too
   * @param force whether to train without new labels, too
   */
  record Training(boolean fineTune, boolean force) {}

  /**
   * @param models what the instance's follower has read
   * @param applicationId of the service
   */
  public VersionRoutes(
      VersionsFeed feed,
      Supplier<Models> models,
      ModelStore store,
      String applicationId,
      LeaderCommands commands) {
    this.feed = feed;
    this.views = new VersionViews(models, store);
    this.previews = new Previews(models, store, applicationId);
    this.commands = commands;
  }

  public List<Route> routes() {
    return List.of(
        list(),
        follow(),
        detail(),
        changes(),
        previewPromotion(),
        promote(),
        previewRollback(),
        rollback(),
        previewTraining(),
        train());
  }

  private Route list() {
    return Route.get(VERSIONS, "versions", "The versions, the newest first.")
        .with(name(BEFORE, "Only versions older than this one; next of the previous page."))
        .with(Parameter.integer(LIMIT, "How many.", 1, 100, 20L))
        .returns(
            VersionList.class,
            call -> Answer.ok(views.list(call.text(BEFORE), (int) call.integer(LIMIT))));
  }

  private Route follow() {
    Map<String, Class<?>> events = new LinkedHashMap<>();
    events.put(VersionsLoop.COMMAND, CommandProgress.class);
    events.put(VersionsLoop.NOW, VersionsNow.class);
    return Route.get(
            "/api/v1/commands",
            "commands",
            "Commands to the leader and the training runs that it starts by itself, beginning"
                + " with the newest existing ones, each with its progress and outcome; and the"
                + " serving version whenever it changes.")
        .sends(events, call -> new Answer.Events(feed::follow));
  }

  private Route detail() {
    return Route.get(VERSIONS + "/{version}", VERSION, "Everything about a version.")
        .with(version())
        .returns(VersionDetail.class, call -> Answer.ok(views.detail(call.required(VERSION))));
  }

  private Route changes() {
    return Route.get(
            VERSIONS + "/{version}/changes",
            "changes",
            "The changes from another version to this one, as 'models diff' compares them.")
        .with(version())
        .with(name(AGAINST, "The other one; by default the one that served before."))
        .returns(
            VersionChanges.class,
            call ->
                reading.take(
                    () -> Answer.ok(views.changes(call.required(VERSION), call.text(AGAINST)))));
  }

  private Route previewPromotion() {
    return Route.get(
            VERSIONS + "/{version}/promotion",
            "previewPromotion",
            "The effect of promoting a version, or why it would be refused. Changes nothing.")
        .with(version())
        .returns(
            Preview.class,
            call -> reading.take(() -> Answer.ok(previews.promotion(call.required(VERSION)))));
  }

  private Route promote() {
    return Route.post(
            VERSIONS + "/{version}/promotion",
            "promote",
            "Sends the command to serve a version, whatever the gate's verdict.")
        .with(version())
        .takes(Decision.class)
        .returns(Sent.class, call -> decide(call, Kind.PROMOTE, call.required(VERSION)));
  }

  private Route previewRollback() {
    return Route.get(
            "/api/v1/rollback",
            "previewRollback",
            "The effect of a rollback, or why it would be refused. Changes nothing.")
        .returns(Preview.class, call -> reading.take(() -> Answer.ok(previews.rollback())));
  }

  private Route rollback() {
    return Route.post(
            "/api/v1/rollback", "rollback", "Sends the command to serve the previous version.")
        .takes(Decision.class)
        .returns(Sent.class, call -> decide(call, Kind.ROLLBACK, null));
  }

  private Route previewTraining() {
    return Route.get(
            "/api/v1/trainings",
            "previewTraining",
            "The effect of a training run, or why it would be refused. Changes nothing.")
        .with(flag(FINE_TUNE, "Whether to train the network's last layers as well."))
        .with(flag(FORCE, "Whether to train even without new labels."))
        .returns(
            Preview.class,
            call -> Answer.ok(previews.training(isSet(call, FINE_TUNE), isSet(call, FORCE))));
  }

  private Route train() {
    return Route.post("/api/v1/trainings", "train", "Sends the command to train a new version.")
        .takes(Training.class)
        .returns(Sent.class, this::train);
  }

  private Answer train(Call call) throws ProblemException {
    Training training = call.body(Training.class);
    Kind kind = training.fineTune() ? Kind.FINE_TUNE : Kind.RETRAIN;
    return commands.send(new Request(kind, null, null, null, training.force()), call.caller());
  }

  private Answer decide(Call call, Kind kind, @Nullable String version) throws ProblemException {
    String expected = call.body(Decision.class).expectedServing();
    LeaderCommands.checkExpected(expected);
    return commands.send(new Request(kind, version, null, expected, false), call.caller());
  }

  private static Parameter version() {
    return Parameter.text(VERSION, "Its name, such as v12-15a7825e.", "[0-9A-Za-z._-]{1,100}");
  }

  private static Parameter name(String name, String description) {
    return Parameter.text(name, description, LeaderCommands.LONGEST_NAME);
  }

  private static Parameter flag(String name, String description) {
    return Parameter.choice(name, description, List.of("false", "true"));
  }

  private static boolean isSet(Call call, String flag) {
    return Boolean.parseBoolean(call.required(flag));
  }

  @Override
  public void close() {
    reading.close();
  }
}
