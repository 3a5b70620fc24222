package dev.imprint.page.watch;

import dev.imprint.event.RejectedRecord;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The routes of the view.
 *
 * @param thumbnails small
 * @param pictures large
 * @param images the topic whose pictures are shown
 */
public record WatchRoutes(
    WatchFeed feed, Thumbnails thumbnails, Thumbnails pictures, String images) {
  /** Sharp on a dense screen. */
  public static final int THUMBNAIL_SIDE = 320;

  /** Fills most windows. */
  public static final int PICTURE_SIDE = 1280;

  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";
  private static final String SHA256 = "sha256";

  public List<Route> routes() {
    return List.of(
        watch(),
        picture("thumbnail", THUMBNAIL_SIDE, thumbnails),
        picture("picture", PICTURE_SIDE, pictures));
  }

  private Route watch() {
    Map<String, Class<?>> events = new LinkedHashMap<>();
    events.put("prediction", Prediction.class);
    events.put("dead_letter", RejectedRecord.class);
    events.put("figures", Figures.class);
    events.put("history", RateHistory.class);
    Route.Builder builder =
        Route.get(
            "/api/v1/watch",
            "watch",
            "Predictions or dead letters as they are committed, the newest ones first of all, at"
                + " most %d a second; and figures every second."
                    .formatted(Watcher.MOST_PER_SECOND));
    WatchFilter.PARAMETERS.forEach(builder::with);
    return builder.sends(
        events,
        call -> {
          WatchFilter filter = WatchFilter.of(call);
          return new Answer.Events(stream -> feed.watch(filter, stream));
        });
  }

  private Route picture(String id, int side, Thumbnails copies) {
    return Route.get(
            "/api/v1/%ss/{partition}/{offset}/{sha256}".formatted(id),
            id,
            "A picture on the topic of images, by a prediction's claim, at most %d pixels long."
                .formatted(side))
        .with(Parameter.integer(PARTITION, "Partition of the claim.", 0, Integer.MAX_VALUE, null))
        .with(Parameter.integer(OFFSET, "Offset of the claim.", 0, Long.MAX_VALUE, null))
        .with(Parameter.text(SHA256, "Digest of the claim.", "[0-9a-f]{64}"))
        .returnsFile("image/jpeg", call -> picture(call, copies));
  }

  private Answer picture(Call call, Thumbnails copies) throws ProblemException {
    Claim claim =
        new Claim(
            images, (int) call.integer(PARTITION), call.integer(OFFSET), call.required(SHA256));
    return new Answer.Bytes("image/jpeg", copies.of(claim));
  }
}
