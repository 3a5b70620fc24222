package dev.imprint.page.understand;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.buffer.Position;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.Json;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.RejectedRecord;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.Prediction;
import dev.imprint.page.understand.BoundedRead.Part;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the newest records say about one image: its predictions, or else its label and its dead
 * letter. For one thread.
 */
final class PictureTraces {
  private static final int MOST_RECORDS = 20_000;

  /** Each may hold a large picture. */
  private static final int MOST_DEAD_LETTERS = 50;

  private static final int MOST_PREDICTIONS = 20;

  /** A prediction has the time at which it was made, by a clock that may be behind. */
  private static final Duration EARLIER = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(PictureTraces.class);

  private final String imageId;
  private final @Nullable Position at;
  private final Topics topics;
  private final List<Prediction> predictions = new ArrayList<>();
  private final List<String> limits = new ArrayList<>();
  private @Nullable Label label;
  private @Nullable RejectedRecord deadLetter;

  private PictureTraces(String imageId, @Nullable Position at, Topics topics) {
    this.imageId = imageId;
    this.at = at;
    this.topics = topics;
  }

  /**
   * @param at only of the picture at this place on the topic of images; null for any
   * @param since when the image arrived; null if that is not known
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  static PictureTraces read(
      String imageId,
      @Nullable Position at,
      @Nullable Instant since,
      BoundedRead reading,
      Topics topics) {
    PictureTraces traces = new PictureTraces(imageId, at, topics);
    Instant from = since == null ? null : since.minus(EARLIER);
    traces.readPredictions(reading, from);
    if (traces.predictions.isEmpty() && from != null) { // made much later than the image came
      traces.readPredictions(reading, null);
    }
    if (traces.predictions.isEmpty()) {
      traces.limits.addAll(
          reading.read(
              List.of(
                  new Part(topics.labels(), imageId, MOST_RECORDS, null),
                  new Part(topics.imagesDlq(), null, MOST_DEAD_LETTERS, from)),
              record -> {
                traces.takeOther(record);
                return false;
              }));
    }
    return traces;
  }

  /** The newest first. */
  List<Prediction> predictions() {
    return predictions;
  }

  /** Null if there is none, or there are predictions. */
  @Nullable RejectedRecord deadLetter() {
    return deadLetter;
  }

  /** What was not looked through, in words. */
  List<String> limits() {
    return limits;
  }

  /** The newest claim of the picture; null if nothing names one. */
  @Nullable Claim claim() {
    return !predictions.isEmpty()
        ? predictions.get(0).claim()
        : label == null ? null : label.claim();
  }

  /** Where the picture is on the topic of images; null if nothing tells. */
  @Nullable Position place() {
    Claim claim = claim();
    return claim != null
        ? new Position(claim.partition(), claim.offset())
        : deadLetter == null ? null : new Position(deadLetter.partition(), deadLetter.offset());
  }

  private void readPredictions(BoundedRead reading, @Nullable Instant from) {
    limits.addAll(
        reading.read(
            List.of(new Part(topics.predictions(), imageId, MOST_RECORDS, from)),
            record -> {
              Prediction its = prediction(record);
              if (its != null && isHere(its.claim().partition(), its.claim().offset())) {
                predictions.add(its);
              }
              return at != null && !predictions.isEmpty();
            }));
    predictions.sort(Comparator.comparing(Prediction::predictedAt).reversed());
    while (predictions.size() > MOST_PREDICTIONS) {
      predictions.remove(predictions.size() - 1);
    }
  }

  private boolean isHere(int partition, long offset) {
    return at == null || (partition == at.partition() && offset == at.offset());
  }

  private boolean isKey(ConsumerRecord<byte[], byte[]> record) {
    return record.key() != null && new String(record.key(), UTF_8).equals(imageId);
  }

  private @Nullable Prediction prediction(ConsumerRecord<byte[], byte[]> record) {
    if (!isKey(record) || record.value() == null) {
      return null;
    }
    try {
      return PredictionCodec.decode(record.value());
    } catch (IOException | IllegalArgumentException e) {
      skip(record, e);
      return null;
    }
  }

  private void takeOther(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (!record.topic().equals(topics.labels())) {
        takeDeadLetter(record);
      } else if (isKey(record)) {
        Label its = record.value() == null ? null : Json.decode(record.value(), Label.class);
        boolean here = its != null && isHere(its.claim().partition(), its.claim().offset());
        label = here ? its : null;
      }
    } catch (IOException | IllegalArgumentException e) {
      skip(record, e);
    }
  }

  private void takeDeadLetter(ConsumerRecord<byte[], byte[]> record) {
    DeadLetter letter = DeadLetter.of(record.headers());
    boolean its = at == null ? isKey(record) : isHere(letter.partition(), letter.offset());
    if (its) {
      deadLetter = RejectedRecord.of(letter, record);
    }
  }

  /** Learning reports it. */
  private static void skip(ConsumerRecord<byte[], byte[]> record, Exception e) {
    LOG.debug("Skipping {}-{}@{}", record.topic(), record.partition(), record.offset(), e);
  }
}
