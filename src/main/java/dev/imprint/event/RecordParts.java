package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Headers and sizes of records, for which Kafka's clients have only internal classes. */
public final class RecordParts {
  /** Overhead of a batch: offset, length, CRC, producer and so on. */
  private static final int BATCH_OVERHEAD = 61;

  /** Overhead of a record: length, attributes, timestamp and offset, each at its maximum length. */
  private static final int RECORD_OVERHEAD = 21;

  /** Maximum size of a part's length, as a varint. */
  private static final int LENGTH = 5;

  private RecordParts() {}

  /** Empty headers. */
  public static Headers headers() {
    return new ProducerRecord<byte[], byte[]>("", new byte[0]).headers();
  }

  /** A copy. */
  public static Headers headers(Iterable<Header> original) {
    Headers copy = headers();
    original.forEach(copy::add);
    return copy;
  }

  /**
   * Upper bound on the size of a record in its own batch, in bytes: never less than the estimate by
   * which a producer refuses records over its limit.
   *
   * @see <a href="https://kafka.apache.org/documentation/#recordbatch">Record Batch</a>
   */
  public static int sizeUpperBound(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long size = BATCH_OVERHEAD + RECORD_OVERHEAD + part(key) + part(value) + LENGTH;
    for (Header header : headers) {
      size += part(header.key().getBytes(UTF_8)) + part(header.value());
    }
    return Math.toIntExact(size);
  }

  private static long part(byte @Nullable [] bytes) {
    return LENGTH + (bytes == null ? 0 : bytes.length);
  }
}
