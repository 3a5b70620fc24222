package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Headers and sizes of records, for which Kafka's clients have internal classes alone. */
public final class RecordParts {
  /** Of a batch: offset, length, CRC, producer and the like. */
  private static final int BATCH_OVERHEAD = 61;

  /** Of a record: length, attributes, timestamp and offset, each as long as it can be. */
  private static final int RECORD_OVERHEAD = 21;

  /** Longest length of a part, as a varint. */
  private static final int LENGTH = 5;

  private RecordParts() {}

  /** No headers yet. */
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
   * The most that a record takes by itself, in bytes: at least what a producer estimates, which
   * refuses what is over its limit.
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
