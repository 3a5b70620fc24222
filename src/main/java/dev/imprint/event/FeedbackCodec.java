package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.labels.PlainText;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Feedback as bytes: JSON, or Avro's single-object encoding of feedback.avsc, distinguished by the
 * first bytes. Strangers write it, so everything in it is validated; but fields that are only for
 * people (who, why, at) never cause a label to be lost.
 */
public final class FeedbackCodec {
  /** Topic names have up to 249 characters, hex digests 64. */
  private static final int MAX_TOPIC = 249;

  private static final SingleObject<dev.imprint.event.avro.Feedback> EVENTS =
      SingleObject.of("feedback", dev.imprint.event.avro.Feedback.class);

  /** A record's content, before its image id and label are checked. */
  private record Said(
      @Nullable String imageId,
      @Nullable String label,
      @Nullable Verdict verdict,
      @Nullable Claim claim,
      @Nullable String who,
      @Nullable Why why,
      @Nullable Instant at) {}

  private FeedbackCodec() {}

  /** For a topic of feedback. */
  public static ProducerRecord<byte[], byte[]> record(String topic, Feedback feedback) {
    return new ProducerRecord<>(topic, feedback.imageId().getBytes(UTF_8), encode(feedback));
  }

  /** JSON; the key of its record is the image id. */
  public static byte[] encode(Feedback feedback) {
    return Json.encode(feedback);
  }

  /**
   * Reads a record of the topic {@code feedback}.
   *
   * @throws RejectedException if anything is wrong; the only exception that bad bytes may cause
   */
  public static Feedback read(byte @Nullable [] key, byte @Nullable [] value)
      throws RejectedException {
    if (value == null || value.length == 0) {
      throw new RejectedException(
          Rejection.EMPTY,
          value == null ? "the record has no value (a tombstone)" : "the value is empty");
    }
    Said said = SingleObject.is(value) ? fromAvro(value) : fromJson(value);
    if ((said.label() == null) == (said.verdict() == null)) {
      throw bad("it must have either a label or a verdict (correct, incorrect, forget)");
    }
    return new Feedback(
        imageId(key, said.imageId()),
        label(said.label()),
        said.verdict(),
        said.claim(),
        said.who(),
        said.why() == null ? Why.OTHER : said.why(),
        said.at());
  }

  private static Said fromJson(byte[] value) throws RejectedException {
    if (!JsonFields.isObject(value)) {
      throw bad(
          "it is neither a JSON object, such as {\"label\": \"washer\"}, nor Avro's single-object"
              + " encoding");
    }
    try {
      JsonFields fields = JsonFields.read(value);
      return new Said(
          fields.text("image_id"),
          fields.text("label"),
          fields.oneOf("verdict", Verdict.class),
          claim(fields.object("claim")),
          fields.forPeople("who"),
          fields.known("why", Why.class),
          fields.time("at"));
    } catch (IOException e) {
      throw bad(String.valueOf(e.getMessage()));
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
            : claim(
                claim.getTopic(),
                (long) claim.getPartition(),
                claim.getOffset(),
                claim.getSha256()),
        PlainText.forPeople(f.getWho()),
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
          Rejection.BAD_KEY, "it does not name an image: set the record's key, or image_id");
    }
    String ofValue = said == null ? null : IncomingImage.id(encodable("image_id", said));
    String ofKey = key == null ? ofValue : IncomingImage.id(key);
    if (ofKey == null || (ofValue != null && !ofKey.equals(ofValue))) {
      throw new RejectedException(
          Rejection.BAD_KEY,
          "the key is '%.100s' but its image_id is '%.100s': they must be equal"
              .formatted(ofKey, ofValue));
    }
    return ofKey;
  }

  private static @Nullable Claim claim(@Nullable JsonFields said)
      throws IOException, RejectedException {
    return said == null
        ? null
        : claim(
            said.text("topic"),
            said.number("partition", Integer.MAX_VALUE),
            said.number("offset", Long.MAX_VALUE),
            said.text("sha256"));
  }

  /** A missing field must not become partition 0 or offset 0. */
  private static Claim claim(
      @Nullable String topic,
      @Nullable Long partition,
      @Nullable Long offset,
      @Nullable String sha256)
      throws RejectedException {
    if (topic == null || partition == null || offset == null || sha256 == null) {
      throw bad(
          "its claim must have topic, partition, offset and sha256, copied from the"
              + " prediction");
    }
    if (topic.length() > MAX_TOPIC
        || partition < 0
        || offset < 0
        || !sha256.matches("[0-9a-fA-F]{64}")) {
      throw bad(
          "its claim is not valid: copy topic, partition, offset and sha256 from the"
              + " prediction");
    }
    return new Claim(topic, partition.intValue(), offset, sha256.toLowerCase(Locale.ROOT));
  }

  private static @Nullable String label(@Nullable String said) throws RejectedException {
    try {
      return said == null ? null : PlainText.label(said);
    } catch (IllegalArgumentException e) {
      throw bad("its label " + e.getMessage());
    }
  }

  /** JSON can contain an unpaired surrogate, which UTF-8 cannot. */
  private static byte[] encodable(String field, String text) throws RejectedException {
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw bad("its %s is not valid text: it has half a surrogate pair".formatted(field));
    }
    return text.getBytes(UTF_8);
  }

  private static RejectedException bad(String message) {
    return new RejectedException(Rejection.BAD_FEEDBACK, message);
  }
}
