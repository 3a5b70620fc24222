package dev.imprint.event;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads strangers' records in Avro's single-object encoding (Avro 1.12 specification: C3 01, the
 * schema's fingerprint, the body). Safe for use by several threads at once.
 *
 * <p>Not Avro's BinaryMessageDecoder: it reads from a stream, and sets aside as much memory as a
 * forged length asks for. Over an array the decoder knows what is left.
 */
final class SingleObject<T extends SpecificRecord> {
  /** C3 01 and the fingerprint. */
  private static final int HEADER_BYTES = 10;

  private final String name;
  private final String file;
  private final DatumReader<T> reader;
  private final byte[] fingerprint;

  /**
   * @param name of the record, for people
   * @param file where its schema stands
   */
  SingleObject(String name, String file, Class<T> record, Schema schema) {
    this.name = name;
    this.file = file;
    this.reader = AvroReaders.datum(record);
    this.fingerprint = fingerprint(schema);
  }

  static boolean is(byte[] value) {
    return value.length >= 2 && value[0] == (byte) 0xC3 && value[1] == 0x01;
  }

  /**
   * @param reason with which a value is refused that is of another schema or broken
   */
  T decode(byte[] value, Rejection reason) throws RejectedException {
    if (value.length < HEADER_BYTES
        || !Arrays.equals(value, 2, HEADER_BYTES, fingerprint, 0, fingerprint.length)) {
      throw new RejectedException(reason, "Avro, but of another schema than " + file);
    }
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
    try {
      return reader.read(null, decoder);
    } catch (IOException | RuntimeException e) { // Avro has several for bytes that make no sense
      throw new RejectedException(
          reason, "%s that cannot be read: %s".formatted(name, e.getMessage()));
    }
  }

  private static byte[] fingerprint(Schema schema) {
    try {
      return SchemaNormalization.parsingFingerprint("CRC-64-AVRO", schema);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Avro itself has this one", e);
    }
  }
}
