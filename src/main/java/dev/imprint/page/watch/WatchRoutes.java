package dev.imprint.page.watch;

import dev.imprint.event.RejectedRecord;
import dev.imprint.model.Prediction;
import dev.imprint.web.api.Answer;
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

  public List<Route> routes() {
    return List.of(
        watch(),
        new PictureRoute("thumbnail", images, THUMBNAIL_SIDE, thumbnails).route(),
        new PictureRoute("picture", images, PICTURE_SIDE, pictures).route());
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
            "Predictions or dead letters as they are committed, beginning with the newest"
                + " existing ones, at most %d a second; and figures every second."
                    .formatted(Watcher.MOST_PER_SECOND));
    WatchFilter.PARAMETERS.forEach(builder::with);
    return builder.sends(
        events,
        call -> {
          WatchFilter filter = WatchFilter.of(call);
          return new Answer.Events(stream -> feed.watch(filter, stream));
        });
  }
}
