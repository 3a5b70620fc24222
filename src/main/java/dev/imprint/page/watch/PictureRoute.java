package dev.imprint.page.watch;

import dev.imprint.model.Claim;
import dev.imprint.web.api.Route;

/**
 * A route to pictures on a topic.
 *
 * @param name of a picture, and of the route's operation
 * @param side longest, in pixels
 */
public record PictureRoute(String name, String topic, int side, Thumbnails copies) {
  public Route route() {
    Route.Builder route =
        Route.get(
            "/api/v1/%ss/%s".formatted(name, ClaimPath.FORM),
            name,
            "A picture on the topic %s, by its position and digest, at most %d pixels long."
                .formatted(topic, side));
    ClaimPath.PARAMETERS.forEach(route::with);
    return route.returnsFile("image/jpeg", call -> copies.of(ClaimPath.claim(call, topic)));
  }

  /** Path of a picture. */
  public static String path(String name, Claim claim) {
    return "/api/v1/%ss/%s".formatted(name, ClaimPath.of(claim));
  }
}
