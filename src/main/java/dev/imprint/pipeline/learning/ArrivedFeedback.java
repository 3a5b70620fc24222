package dev.imprint.pipeline.learning;

import dev.imprint.event.Json;
import dev.imprint.event.RecordParts;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.pipeline.part.OriginalRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Feedback that could be parsed, with its original record, which becomes the dead letter if its
 * image does not arrive. Passed between processors and kept in a store, as JSON.
 *
 * @param origin location of its record, with the sha256 of the record's value
 * @param learned whether its label and picture are already written, so that only the outcome is
 *     pending
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ArrivedFeedback(
    Feedback feedback,
    Claim origin,
    byte @Nullable [] key,
    byte[] value,
    List<Header> headers,
    boolean learned) {

  /** A header of the original record. */
  record Header(String key, byte @Nullable [] value) {}

  static ArrivedFeedback of(
      Feedback feedback, Claim origin, byte @Nullable [] key, byte[] value, Headers headers) {
    List<Header> copied =
        Arrays.stream(headers.toArray()).map(h -> new Header(h.key(), h.value())).toList();
    return new ArrivedFeedback(feedback, origin, key, value, copied, false);
  }

  ArrivedFeedback nowLearned() {
    return new ArrivedFeedback(feedback, origin, key, value, headers, true);
  }

  /** With its label as it is called now. */
  ArrivedFeedback under(LabelChanges changes) {
    String label = feedback.label();
    if (label == null || changes.named(label).equals(label)) {
      return this;
    }
    return new ArrivedFeedback(
        feedback.as(changes.named(label)), origin, key, value, headers, learned);
  }

  OriginalRecord original() {
    Headers all = RecordParts.headers();
    headers.forEach(h -> all.add(h.key(), h.value()));
    return new OriginalRecord(key, value, all, origin.topic(), origin.partition(), origin.offset());
  }

  byte[] encode() {
    return Json.encode(this);
  }

  static ArrivedFeedback decode(byte[] bytes) {
    try {
      return Json.decode(bytes, ArrivedFeedback.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // written by encode
    }
  }
}
