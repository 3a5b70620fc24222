package dev.imprint.event;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;

/** The format that our files of weights share: Avro object containers of float32 numbers. */
final class WeightContainer {
  private static final int MOST_BYTES = 1 << 30;

  private WeightContainer() {}

  /** Reads a container's records. */
  @FunctionalInterface
  interface Reading<T, R> {
    R of(DataFileStream<T> records) throws IOException;
  }

  /**
   * Reads a container that may come from anywhere.
   *
   * @param in read to its end, not closed
   * @param what it is, for messages
   * @throws IOException if it is none, or damaged, or too large
   */
  static <T extends SpecificRecord, R> R read(
      InputStream in, Class<T> type, String what, Reading<T, R> reading) throws IOException {
    byte[] all = in.readNBytes(MOST_BYTES + 1);
    if (all.length > MOST_BYTES) {
      throw new IOException("not %s: it has more than %d MiB".formatted(what, MOST_BYTES >> 20));
    }
    try {
      requireWhole(all);
      try (DataFileStream<T> records =
          new DataFileStream<>(new ByteArrayInputStream(all), AvroReaders.datum(type))) {
        return reading.of(records);
      }
    } catch (EOFException e) {
      throw new IOException("not %s, or one that is cut off".formatted(what), e);
    } catch (IOException
        | AvroRuntimeException
        | IllegalArgumentException
        | ArithmeticException e) {
      throw new IOException("not %s, or a damaged one: %s".formatted(what, e.getMessage()), e);
    }
  }

  /**
   * Avro allocates a block of whatever length the file states, and fails in various ways at a file
   * that ends within one.
   */
  private static void requireWhole(byte[] all) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(all);
    BinaryDecoder decoder = DecoderFactory.get().directBinaryDecoder(in, null);
    decoder.skipFixed(DataFileConstants.MAGIC.length);
    for (long n = decoder.readMapStart(); n != 0; n = decoder.mapNext()) {
      for (long i = 0; i < n; i++) {
        decoder.skipString();
        decoder.skipBytes();
      }
    }
    decoder.skipFixed(DataFileConstants.SYNC_SIZE);
    while (in.available() > 0) {
      decoder.readLong(); // the number of records
      long length = decoder.readLong() + DataFileConstants.SYNC_SIZE;
      if (length < DataFileConstants.SYNC_SIZE || length > in.available()) {
        throw new IOException("it ends within a block of %,d bytes".formatted(length));
      }
      in.skipNBytes(length);
    }
  }

  static ByteBuffer bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  static float[] floats(ByteBuffer bytes) {
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
