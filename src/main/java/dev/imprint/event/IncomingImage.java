package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.avro.ImageEvent;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code images}, understood but not yet decoded.
 *
 * @param id the record's key, else the event's image_id, else topic-partition-offset
 * @param picture the image file's bytes; not copied, so nobody may change them
 * @param group null if the event has none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; up to 8 MiB
public record IncomingImage(String id, byte[] picture, @Nullable String group) {
  /** Longest image id, in bytes of UTF-8. */
  public static final int MAX_ID_BYTES = 1024;

  /** C3 01 and the fingerprint. */
  private static final int HEADER_BYTES = 10;

  private static final DatumReader<ImageEvent> READER = AvroReaders.datum(ImageEvent.class);
  private static final byte[] FINGERPRINT = fingerprint();

  /**
   * Reads a record: an ImageEvent in Avro's single-object encoding (Avro 1.12 specification: C3 01,
   * the schema's fingerprint, the body) or the bare bytes of an image file.
   *
   * @param fallbackId the id if neither key nor event has one
   */
  public static IncomingImage read(
      byte @Nullable [] key, byte @Nullable [] value, String fallbackId) throws RejectedException {
    if (value == null || value.length == 0) {
      throw new RejectedException(
          Rejection.EMPTY,
          value == null ? "the record has no value (a tombstone)" : "the value has no bytes");
    }
    String keyId = key == null ? null : id(key);
    if (!isSingleObject(value)) {
      return new IncomingImage(keyId == null ? fallbackId : keyId, value, null);
    }
    ImageEvent event = decode(value);
    String eventId = event.getImageId();
    if (keyId != null && eventId != null && !keyId.equals(eventId)) {
      throw new RejectedException(
          Rejection.BAD_KEY,
          "the key is '%s', the event's image_id '%s': they must be equal"
              .formatted(keyId, abbreviated(eventId)));
    }
    if (keyId == null && eventId != null) {
      keyId = id(eventId.getBytes(UTF_8));
    }
    return new IncomingImage(
        keyId == null ? fallbackId : keyId, bytes(event.getImage()), event.getGroup());
  }

  private static byte[] fingerprint() {
    try {
      return SchemaNormalization.parsingFingerprint("CRC-64-AVRO", ImageEvent.getClassSchema());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Avro itself has this one", e);
    }
  }

  private static boolean isSingleObject(byte[] value) {
    return value.length >= 2 && value[0] == (byte) 0xC3 && value[1] == 0x01;
  }

  private static ImageEvent decode(byte[] value) throws RejectedException {
    if (value.length < HEADER_BYTES
        || !Arrays.equals(value, 2, HEADER_BYTES, FINGERPRINT, 0, FINGERPRINT.length)) {
      throw new RejectedException(
          Rejection.BAD_EVENT, "Avro, but of another schema than image-event.avsc");
    }
    // Not Avro's BinaryMessageDecoder: it reads from a stream, and sets aside as much memory as a
    // forged length asks for. Over an array the decoder knows what is left.
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
    try {
      return READER.read(null, decoder);
    } catch (IOException | RuntimeException e) { // Avro has several for bytes that make no sense
      throw new RejectedException(
          Rejection.BAD_EVENT, "an ImageEvent that cannot be read: " + e.getMessage());
    }
  }

  private static String id(byte[] key) throws RejectedException {
    if (key.length == 0 || key.length > MAX_ID_BYTES) {
      throw new RejectedException(
          Rejection.BAD_KEY,
          "the key has %d bytes, an image id has 1 to %d".formatted(key.length, MAX_ID_BYTES));
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
