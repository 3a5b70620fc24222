package dev.imprint.page.understand;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.buffer.Position;
import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.model.labels.PlainText;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.ProblemException;
import org.jspecify.annotations.Nullable;

/** The parameters that name a picture. */
final class PictureParameters {
  static final Parameter IMAGE_ID =
      Parameter.text("image_id", "Id of the image.", IncomingImage.MAX_ID_BYTES).needed();

  static final Parameter AT =
      Parameter.text(
          "at", "Partition and offset on the topic of images, as 3-1234.", "\\d{1,9}-\\d{1,18}");

  static final Parameter SHA256 =
      Parameter.text("sha256", "Digest of the picture.", "[0-9a-f]{64}").needed();

  static final Parameter LABEL =
      Parameter.text("label", "A label that the serving model knows.", PlainText.MAX_LENGTH)
          .needed();

  private PictureParameters() {}

  /**
   * @throws ProblemException if it is too long
   */
  static String imageId(Call call) throws ProblemException {
    String id = call.required(IMAGE_ID.name());
    int length = id.getBytes(UTF_8).length;
    if (length > IncomingImage.MAX_ID_BYTES) {
      throw ProblemException.unusable(
          "image_id has %d bytes: use at most %d".formatted(length, IncomingImage.MAX_ID_BYTES));
    }
    return id;
  }

  /** Null if the call does not name one. */
  static @Nullable Position place(Call call) {
    String at = call.text(AT.name());
    return at == null ? null : position(at);
  }

  /**
   * @param images the topic of images
   */
  static Claim claim(Call call, String images) {
    Position at = position(call.required(AT.name()));
    return new Claim(images, at.partition(), at.offset(), call.required(SHA256.name()));
  }

  private static Position position(String at) {
    int dash = at.indexOf('-');
    return new Position(
        Integer.parseInt(at.substring(0, dash)), Long.parseLong(at.substring(dash + 1)));
  }
}
