package dev.imprint.page.watch;

import dev.imprint.model.Claim;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Route;

/**
 * A route to pictures on a topic.
 *
 * @param name of a picture, and of the route's operation
 * @param side longest, in pixels
 */
public record PictureRoute(String name, String topic, int side, Thumbnails copies) {
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";
  private static final String SHA256 = "sha256";

  public Route route() {
    return Route.get(
            "/api/v1/%ss/{partition}/{offset}/{sha256}".formatted(name),
            name,
            "A picture on the topic %s, by its place and digest, at most %d pixels long."
                .formatted(topic, side))
        .with(Parameter.integer(PARTITION, "Partition of the record.", 0, Integer.MAX_VALUE, null))
        .with(Parameter.integer(OFFSET, "Offset of the record.", 0, Long.MAX_VALUE, null))
        .with(Parameter.text(SHA256, "Digest of the picture.", "[0-9a-f]{64}"))
        .returnsFile("image/jpeg", this::picture);
  }

  private Answer picture(Call call) throws ProblemException {
    Claim claim =
        new Claim(
            topic, (int) call.integer(PARTITION), call.integer(OFFSET), call.required(SHA256));
    return new Answer.Bytes("image/jpeg", copies.of(claim));
  }

  /** Path of a picture. */
  public static String path(String name, Claim claim) {
    return "/api/v1/%ss/%d/%d/%s"
        .formatted(name, claim.partition(), claim.offset(), claim.sha256());
  }
}
