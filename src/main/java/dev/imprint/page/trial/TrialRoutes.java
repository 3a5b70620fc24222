package dev.imprint.page.trial;

import dev.imprint.event.RejectedRecord;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.page.watch.ClaimPath;
import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.Route;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The routes of the view; pictures are sent by the route that the Teach view sends them by.
 *
 * @param images the topic of the pictures
 */
public record TrialRoutes(TrialFeed feed, String images) {
  private static final String SINCE = "since";

  /** The year 9999. */
  private static final long LAST = 253_402_300_799_999L;

  public List<Route> routes() {
    Map<String, Class<?>> events = new LinkedHashMap<>();
    events.put(Trial.PREDICTION, Prediction.class);
    events.put(Trial.DEAD_LETTER, RejectedRecord.class);
    events.put(Trial.NOTHING, Trial.Nothing.class);
    Route.Builder trial =
        Route.get(
                "/api/v1/trials/" + ClaimPath.FORM,
                "trial",
                ("Waits for the result of a picture that was sent, by its claim: the prediction,"
                        + " the dead letter, or neither within %d minutes; then the stream ends.")
                    .formatted(TrialLoop.PATIENCE.toMinutes()))
            .needs(AccessRole.LABEL);
    ClaimPath.PARAMETERS.forEach(trial::with);
    trial.with(
        Parameter.integer(
            SINCE,
            "When it was sent, in milliseconds since 1970; at most %d minutes ago."
                .formatted(TrialLoop.LONGEST.toMinutes()),
            0,
            LAST,
            0L));
    return List.of(trial.sends(events, this::follow));
  }

  private Answer follow(Call call) {
    Claim claim = ClaimPath.claim(call, images);
    Instant since = Instant.ofEpochMilli(call.integer(SINCE));
    return new Answer.Events(stream -> feed.follow(claim, since, stream));
  }
}
