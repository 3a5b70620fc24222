package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.avro.ImageEvent;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code images}, parsed but not yet decoded.
 *
 * @param id the record's key, else the event's image_id, else topic-partition-offset
 * @param picture the image file's bytes; not copied, so they must not be modified
 * @param group null if the event has none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; up to 8 MiB
public record IncomingImage(String id, byte[] picture, @Nullable String group) {
  /** Maximum length of an image id, in bytes of UTF-8. */
  public static final int MAX_ID_BYTES = 1024;

  private static final SingleObject<ImageEvent> EVENTS =
      SingleObject.of("image-event", ImageEvent.class);

  /**
   * Reads a record: an ImageEvent in Avro's single-object encoding (Avro 1.12 specification: C3 01,
   * the schema's fingerprint, the body) or the bare bytes of an image file.
   *
   * @param fallbackId the id if neither the key nor the event has one
   */
  public static IncomingImage read(
      byte @Nullable [] key, byte @Nullable [] value, String fallbackId) throws RejectedException {
    if (value == null || value.length == 0) {
      throw new RejectedException(
          Rejection.EMPTY,
          value == null ? "the record has no value (a tombstone)" : "the value is empty");
    }
    String keyId = key == null ? null : id(key);
    if (!SingleObject.is(value)) {
      return new IncomingImage(keyId == null ? fallbackId : keyId, value, null);
    }
    ImageEvent event = event(value);
    String eventId = event.getImageId();
    if (keyId != null && eventId != null && !keyId.equals(eventId)) {
      throw new RejectedException(
          Rejection.BAD_KEY,
          "the key is '%s' but the event's image_id is '%s': they must be equal"
              .formatted(keyId, abbreviated(eventId)));
    }
    if (keyId == null && eventId != null) {
      keyId = id(eventId.getBytes(UTF_8));
    }
    return new IncomingImage(
        keyId == null ? fallbackId : keyId, bytes(event.getImage()), event.getGroup());
  }

  /** Reads a record; without any id, its position is the id. */
  public static IncomingImage of(ConsumerRecord<byte[], byte[]> record) throws RejectedException {
    return read(
        record.key(),
        record.value(),
        idOfPlace(record.topic(), record.partition(), record.offset()));
  }

  /**
   * A record's value: the picture alone, or with a group an ImageEvent.
   *
   * @param group null for none
   */
  public static byte[] value(byte[] picture, @Nullable String group) {
    if (group == null) {
      return picture;
    }
    ImageEvent event =
        ImageEvent.newBuilder().setImage(ByteBuffer.wrap(picture)).setGroup(group).build();
    try {
      return bytes(ImageEvent.getEncoder().encode(event));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // in memory
    }
  }

  private static ImageEvent event(byte[] value) throws RejectedException {
    try {
      return EVENTS.decode(value);
    } catch (IOException e) {
      throw new RejectedException(Rejection.BAD_EVENT, String.valueOf(e.getMessage()));
    }
  }

  /** The id of an image without one: its record's position. */
  public static String idOfPlace(String topic, int partition, long offset) {
    return "%s-%d-%d".formatted(topic, partition, offset);
  }

  /** Checks an image id. */
  static String id(byte[] key) throws RejectedException {
    if (key.length == 0 || key.length > MAX_ID_BYTES) {
      throw new RejectedException(
          Rejection.BAD_KEY,
          "the key has %d bytes; an image id has 1 to %d".formatted(key.length, MAX_ID_BYTES));
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      throw new RejectedException(Rejection.BAD_KEY, "the key is not UTF-8");
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static String abbreviated(String id) {
    return id.length() <= 100 ? id : id.substring(0, 100) + "…";
  }
}
