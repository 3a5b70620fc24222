package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Feedback as bytes: JSON, or Avro's single-object encoding of feedback.avsc, told apart by the
 * first byte. Strangers write it, so nothing in it is believed unchecked.
 */
public final class FeedbackCodec {
  /** Longest label, and longest name of who says so, in characters. */
  public static final int MAX_TEXT = 200;

  /** Topics' names have up to 249 characters, hex digests 64. */
  private static final int MAX_TOPIC = 249;

  private static final SingleObject<dev.imprint.event.avro.Feedback> EVENTS =
      SingleObject.of("feedback", dev.imprint.event.avro.Feedback.class);

  /** What a record says, before it is checked. */
  private record Said(
      @Nullable String imageId,
      @Nullable String label,
      @Nullable Verdict verdict,
      @Nullable SaidClaim claim,
      @Nullable String who,
      @Nullable Why why,
      @Nullable Instant at) {}

  /** Fields that are missing must not become partition 0 or offset 0. */
  private record SaidClaim(
      @Nullable String topic,
      @Nullable Integer partition,
      @Nullable Long offset,
      @Nullable String sha256) {}

  private FeedbackCodec() {}

  /** JSON; the key of its record is the image id. */
  public static byte[] encode(Feedback feedback) {
    return Json.encode(feedback);
  }

  /**
   * Reads a record of the topic {@code feedback}.
   *
   * @throws RejectedException whatever is wrong; the only exception that bad bytes may cause
   */
  public static Feedback read(byte @Nullable [] key, byte @Nullable [] value)
      throws RejectedException {
    if (value == null || value.length == 0) {
      throw new RejectedException(
          Rejection.EMPTY,
          value == null ? "the record has no value (a tombstone)" : "the value has no bytes");
    }
    Said said = SingleObject.is(value) ? fromAvro(value) : fromJson(value);
    String label = text("label", said.label());
    if ((label == null) == (said.verdict() == null)) {
      throw bad("it must have either a label or a verdict (correct, incorrect, forget)");
    }
    return new Feedback(
        imageId(key, said.imageId()),
        label,
        said.verdict(),
        claim(said.claim()),
        text("who", said.who()),
        said.why() == null ? Why.OTHER : said.why(),
        said.at());
  }

  private static Said fromJson(byte[] value) throws RejectedException {
    if (value[0] != '{') {
      throw bad("neither JSON (it would start with '{') nor Avro's single-object encoding");
    }
    try {
      return Json.decode(value, Said.class);
    } catch (IOException | RuntimeException e) { // times out of range come as several
      throw bad("JSON that cannot be read: " + e.getMessage());
    }
  }

  private static Said fromAvro(byte[] value) throws RejectedException {
    dev.imprint.event.avro.Feedback f = decoded(value);
    dev.imprint.event.avro.ImageClaim claim = f.getClaim();
    return new Said(
        f.getImageId(),
        f.getLabel(),
        f.getVerdict() == null ? null : Verdict.valueOf(upper(f.getVerdict())),
        claim == null
            ? null
            : new SaidClaim(
                claim.getTopic(), claim.getPartition(), claim.getOffset(), claim.getSha256()),
        f.getWho(),
        f.getWhy() == null ? null : Why.valueOf(upper(f.getWhy())),
        f.getAt());
  }

  private static dev.imprint.event.avro.Feedback decoded(byte[] value) throws RejectedException {
    try {
      return EVENTS.decode(value);
    } catch (IOException e) {
      throw bad(String.valueOf(e.getMessage()));
    }
  }

  private static String upper(Enum<?> symbol) {
    return symbol.name().toUpperCase(Locale.ROOT);
  }

  private static String imageId(byte @Nullable [] key, @Nullable String said)
      throws RejectedException {
    if (key == null && said == null) {
      throw new RejectedException(
          Rejection.BAD_KEY, "it names no image: set the record's key, or image_id");
    }
    String ofValue = said == null ? null : IncomingImage.id(encodable("image_id", said));
    String ofKey = key == null ? ofValue : IncomingImage.id(key);
    if (ofKey == null || (ofValue != null && !ofKey.equals(ofValue))) {
      throw new RejectedException(
          Rejection.BAD_KEY,
          "the key is '%.100s', its image_id '%.100s': they must be equal"
              .formatted(ofKey, ofValue));
    }
    return ofKey;
  }

  private static @Nullable Claim claim(@Nullable SaidClaim said) throws RejectedException {
    if (said == null) {
      return null;
    }
    String topic = said.topic();
    Integer partition = said.partition();
    Long offset = said.offset();
    String sha256 = said.sha256();
    if (topic == null || partition == null || offset == null || sha256 == null) {
      throw bad("its claim must have topic, partition, offset and sha256, as the prediction says");
    }
    if (topic.length() > MAX_TOPIC
        || partition < 0
        || offset < 0
        || !sha256.matches("[0-9a-fA-F]{64}")) {
      throw bad("its claim is none: copy it from the prediction");
    }
    return new Claim(topic, partition, offset, sha256.toLowerCase(Locale.ROOT));
  }

  /** Without the space around it; null for nothing. */
  private static @Nullable String text(String field, @Nullable String said)
      throws RejectedException {
    String text = said == null ? "" : said.strip();
    if (text.isEmpty()) {
      if (said != null && field.equals("label")) {
        throw bad("its label is blank: name what the image shows");
      }
      return null;
    }
    if (text.length() > MAX_TEXT) {
      throw bad("its %s has %d characters, %d may be".formatted(field, text.length(), MAX_TEXT));
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw bad("its %s has control characters".formatted(field));
    }
    encodable(field, text);
    return text;
  }

  /** JSON can hold half a character, which no UTF-8 can. */
  private static byte[] encodable(String field, String text) throws RejectedException {
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw bad("its %s is no text: it has half a surrogate pair".formatted(field));
    }
    return text.getBytes(UTF_8);
  }

  private static RejectedException bad(String message) {
    return new RejectedException(Rejection.BAD_FEEDBACK, message);
  }
}
