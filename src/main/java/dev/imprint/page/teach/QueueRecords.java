package dev.imprint.page.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Json;
import dev.imprint.event.LabelRemoval;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the topics tell the queue. Feedback counts by itself, too: a verdict becomes no label, and
 * yet nobody need be asked again, after a restart or on another instance.
 */
record QueueRecords(Topics topics, TeachQueue queue) {
  private static final int NEWEST_SAID = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(QueueRecords.class);

  /** Number of the newest records of each topic that are needed. */
  Map<String, Integer> newest() {
    return Map.of(
        topics.predictions(),
        TeachQueue.MOST_CANDIDATES,
        topics.labels(),
        NEWEST_SAID,
        topics.feedback(),
        NEWEST_SAID);
  }

  void take(ConsumerRecord<byte[], byte[]> record, Instant now) {
    try {
      if (record.topic().equals(topics.feedback())) {
        said(FeedbackCodec.read(record.key(), record.value()), now);
      } else if (record.topic().equals(topics.labels())) {
        labelled(record, now);
      } else if (record.value() != null) {
        queue.predicted(PredictionCodec.decode(record.value()));
      }
    } catch (IOException | IllegalArgumentException | RejectedException e) {
      // Learning reports it, once.
      LOG.debug("Skipping {}-{}@{}", record.topic(), record.partition(), record.offset(), e);
    }
  }

  private void said(Feedback feedback, Instant now) {
    if (feedback.claim() == null) {
      return; // about the newest picture of its id, which learning finds
    }
    if (feedback.verdict() == Verdict.FORGET) {
      queue.reopen(feedback.claim(), now);
    } else {
      queue.settle(feedback.claim());
    }
  }

  private void labelled(ConsumerRecord<byte[], byte[]> record, Instant now) throws IOException {
    if (record.value() != null) {
      queue.labelled(Json.decode(record.value(), Label.class));
    } else if (record.key() != null) {
      String imageId = new String(record.key(), UTF_8);
      if (LabelRemoval.of(record.headers()) == null) {
        queue.unlabelled(imageId, now);
      } else { // by the leader, as there are enough of this label
        queue.counts().removed(imageId);
      }
    }
  }
}
