package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.imprint.event.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A fault in what the label processor reads, writes or stores in a simulation, which the invariants
 * must find. All but the last are faults that the service once had: four were found by hand, the
 * one about scaled-down pictures by the simulation.
 */
enum PlantedLabelFault {
  NONE(0),

  /** Own writes are not awaited, so older ones that come back replace newer state. */
  APPLIES_WHAT_COMES_BACK(0),

  /** A leader's tombstone removes whichever label is there when it arrives. */
  IGNORES_WHICH_LABEL_IS_REMOVED(11),

  /** Waiting feedback is not marked as learned or as overruled by later feedback. */
  LETS_WAITING_FEEDBACK_WIN(0),

  /** A tombstone between a question and its answer is skipped. */
  TAKES_AN_ANSWER_FOR_NEWS(14),

  /** A scaled-down picture does not name its original. */
  OMITS_ORIGINAL_OF_A_PICTURE(954),

  /** Brokers let an instance continue although another one has taken over. */
  NO_FENCING(0);

  private final long firstSeed;

  PlantedLabelFault(long firstSeed) {
    this.firstSeed = firstSeed;
  }

  /** A seed that finds the fault, or from which to search for one. */
  long firstSeed() {
    return firstSeed;
  }

  /** The headers of a record as the label processor sees them. */
  Headers headers(ConsumerRecord<byte[], byte[]> record) {
    Headers headers = new RecordHeaders(record.headers());
    return this == IGNORES_WHICH_LABEL_IS_REMOVED ? headers.remove("imprint.removes") : headers;
  }

  /** The headers with which a record is written. */
  Headers headers(Headers written) {
    Headers headers = new RecordHeaders(written);
    boolean smaller = headers.lastHeader(Topics.REENCODED_HEADER) != null;
    return this == OMITS_ORIGINAL_OF_A_PICTURE && smaller
        ? headers
            .remove(Topics.REENCODED_HEADER)
            .add(Topics.REENCODED_HEADER, "true".getBytes(ISO_8859_1))
        : headers;
  }

  /** The serde for a store's values. */
  Serde<byte[]> values(String store) {
    Serializer<byte[]> faulty = (name, value) -> written(store, value);
    return Serdes.serdeFrom(faulty, Serdes.ByteArray().deserializer());
  }

  private byte @Nullable [] written(String store, byte[] value) {
    if (store.equals(LabelProcessor.WAITING) && this == LETS_WAITING_FEEDBACK_WIN) {
      return replaced(value, "\"learned\":true", "\"learned\":false");
    }
    if (store.equals(LabelProcessor.AWAITED) && this == TAKES_AN_ANSWER_FOR_NEWS) {
      return replaced(value, "\"answer\"", "\"said\"");
    }
    boolean said = new String(value, ISO_8859_1).contains("\"said\"");
    return store.equals(LabelProcessor.AWAITED) && this == APPLIES_WHAT_COMES_BACK && said
        ? null
        : value;
  }

  private static byte[] replaced(byte[] value, String what, String by) {
    return new String(value, ISO_8859_1).replace(what, by).getBytes(ISO_8859_1);
  }
}
