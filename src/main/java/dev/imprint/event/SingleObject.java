package dev.imprint.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads records of strangers and older releases in Avro's single-object encoding (Avro 1.12
 * specification: C3 01, the schema's fingerprint, the body): resolves the writer's schema to the
 * newest one. Thread-safe.
 *
 * <p>Not Avro's BinaryMessageDecoder: it reads from a stream, and allocates as much memory as a
 * forged length asks for. Over an array, the decoder knows how many bytes are left.
 */
final class SingleObject<T extends IndexedRecord> {
  private static final int MARKER_BYTES = 2;

  /** C3 01 and the fingerprint. */
  private static final int HEADER_BYTES = 10;

  private final String file;
  private final Map<Long, DatumReader<T>> readers = new HashMap<>();

  /**
   * @param name of its schema's file, without its extension
   * @param model creates the readers
   */
  @SuppressWarnings("unchecked") // the model's records of the newest schema are T
  SingleObject(String name, List<Schema> history, Schema newest, GenericData model) {
    this.file = name + ".avsc";
    for (Schema writer : history) {
      readers.put(
          SchemaNormalization.parsingFingerprint64(writer),
          (DatumReader<T>) model.createDatumReader(writer, newest));
    }
  }

  /** A reader for one of our own classes. */
  static <T extends SpecificRecord> SingleObject<T> of(String name, Class<T> record) {
    var model = AvroReaders.model(record);
    return new SingleObject<>(name, SchemaHistory.of(name), model.getSchema(record), model);
  }

  static boolean is(byte[] value) {
    return value.length >= MARKER_BYTES && value[0] == (byte) 0xC3 && value[1] == 0x01;
  }

  /**
   * @throws IOException if its schema is unknown to this release, or it is broken; the message is
   *     for people
   */
  T decode(byte[] value) throws IOException {
    DatumReader<T> reader = reader(value);
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
    T record;
    try {
      record = reader.read(null, decoder);
    } catch (IOException | RuntimeException e) { // Avro throws several kinds for invalid bytes
      throw new IOException("it is Avro of %s, but truncated or damaged".formatted(file), e);
    }
    if (!decoder.isEnd()) {
      throw new IOException(
          "it is Avro of %s, but more bytes follow: send one event per record".formatted(file));
    }
    return record;
  }

  private DatumReader<T> reader(byte[] value) throws IOException {
    if (value.length < HEADER_BYTES) {
      throw new IOException(
          "it is Avro, but ends within its first %d bytes".formatted(HEADER_BYTES));
    }
    long fingerprint =
        ByteBuffer.wrap(value, MARKER_BYTES, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
    DatumReader<T> reader = readers.get(fingerprint);
    if (reader == null) {
      throw new IOException(
          ("it is Avro with the schema fingerprint %s, which this release does not know: write"
                  + " it with %s, or upgrade Imprint if a newer release wrote it")
              .formatted(HexFormat.of().formatHex(value, MARKER_BYTES, HEADER_BYTES), file));
    }
    return reader;
  }
}
