package dev.imprint.labels;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.labels.PlainText;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A label in a file. Only the image's id and the label are needed.
 *
 * @param partition of the image's record, with {@code offset} and {@code sha256} of the picture
 * @param file the picture, relative to the folder that the file of labels is in
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LabelLine(
    String imageId,
    String label,
    @Nullable String who,
    @Nullable String group,
    @Nullable Instant at,
    @Nullable Integer partition,
    @Nullable Long offset,
    @Nullable String sha256,
    @Nullable String file) {

  /**
   * @param file see above
   */
  public static LabelLine of(Label label, @Nullable String file) {
    Claim claim = label.claim();
    return new LabelLine(
        label.imageId(),
        label.label(),
        label.who(),
        label.group(),
        label.labelledAt(),
        claim.partition(),
        claim.offset(),
        claim.sha256(),
        file);
  }

  /** A label of a file that says nothing else. */
  static LabelLine of(String imageId, String label, @Nullable String file) {
    return new LabelLine(imageId, label, null, null, null, null, null, null, file);
  }

  LabelLine in(@Nullable String other) {
    return new LabelLine(imageId, label, who, group, at, partition, offset, sha256, other);
  }

  /** The image's position; null if the file does not say it. */
  public @Nullable Claim claim(String topic) {
    return partition == null || offset == null || sha256 == null
        ? null
        : new Claim(topic, partition, offset, sha256);
  }

  /**
   * With the label in the form in which it is learned.
   *
   * @throws IOException if the label or the id cannot be used; the message continues a sentence
   */
  @SuppressWarnings("RedundantNullCheck") // files may omit them
  LabelLine checked() throws IOException {
    if (imageId == null || imageId.isEmpty() || label == null) {
      throw new IOException("it has no %s".formatted(label == null ? "label" : "image_id"));
    }
    int length = imageId.getBytes(UTF_8).length;
    if (length > IncomingImage.MAX_ID_BYTES) {
      throw new IOException(
          "its image_id has %d bytes: use at most %d"
              .formatted(length, IncomingImage.MAX_ID_BYTES));
    }
    String plain;
    try {
      plain = PlainText.label(label);
    } catch (IllegalArgumentException e) {
      throw new IOException("its label " + e.getMessage(), e);
    }
    return new LabelLine(
        imageId, plain, PlainText.forPeople(who), group, at, partition, offset, sha256, file);
  }
}
