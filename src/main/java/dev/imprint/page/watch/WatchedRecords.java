package dev.imprint.page.watch;

import dev.imprint.event.DeadLetter;
import dev.imprint.event.Json;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.RejectedRecord;
import dev.imprint.event.Topics;
import dev.imprint.model.Outcome;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns records of the watched topics into events. */
public record WatchedRecords(Topics topics) {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedRecords.class);

  /** A Prediction, a RejectedRecord or an Outcome; null for what somebody else wrote. */
  public @Nullable Object event(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    try {
      if (record.topic().equals(topics.imagesDlq())
          || record.topic().equals(topics.feedbackDlq())) {
        return RejectedRecord.of(DeadLetter.of(record.headers()), record);
      }
      if (value == null) {
        return null;
      }
      return record.topic().equals(topics.outcomes())
          ? Json.decode(value, Outcome.class)
          : PredictionCodec.decode(value);
    } catch (IOException | IllegalArgumentException e) {
      // Learning reports it, once; here it would come with each browser.
      LOG.debug("Skipping {}-{}@{}", record.topic(), record.partition(), record.offset(), e);
      return null;
    }
  }
}
