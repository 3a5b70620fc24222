package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.simulation.Schedule;
import dev.imprint.simulation.SimulatedKafka;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Everything around learning: people send images and feedback, serving predicts with a delay,
 * operators write to the topic {@code labels}, retention deletes pictures, and time passes.
 */
final class SimulatedUsers implements Schedule.Process {
  private static final Topics TOPICS = Topics.DEFAULTS;
  private static final List<String> IDS = List.of("a", "b", "ab");
  private static final List<String> LABELS = List.of("nut", "bolt", "washer");

  private final SimulatedKafka kafka;
  private final Producer<byte[], byte[]> producer;
  private final SentImages images;
  private final Schedule schedule;
  private final SplittableRandom random;
  private final int ids;

  SimulatedUsers(
      SimulatedKafka kafka,
      Producer<byte[], byte[]> producer,
      SentImages images,
      Schedule schedule) {
    this.kafka = kafka;
    this.producer = producer;
    this.images = images;
    this.schedule = schedule;
    random = schedule.random();
    ids = 1 + random.nextInt(IDS.size());
  }

  @Override
  public void step() {
    String id = IDS.get(random.nextInt(ids));
    try {
      switch (random.nextInt(40)) {
        case 0, 1, 2, 3, 4 -> image(id);
        case 5, 6, 7, 8, 9, 10 -> predict();
        case 11, 12, 13, 14 -> write(id, null);
        case 15 -> write(id, "no label".getBytes(UTF_8));
        case 16 -> takeAway();
        case 27 -> deliverAgain();
        case 17, 18 -> pass(Duration.ofSeconds(random.nextInt(900)));
        case 19 -> pass(Duration.ofHours(random.nextInt(100)));
        case 20, 21, 22 -> feedback(id, null, Verdict.FORGET);
        case 23, 24 -> feedback(id, null, Verdict.CORRECT);
        case 25, 26 -> feedback(id, null, Verdict.INCORRECT);
        default -> feedback(id, pick(LABELS), null);
      }
    } catch (KafkaException e) {
      // the sender sees the error
    }
  }

  /** Sometimes the same picture again; large ones are kept scaled down. */
  private void image(String id) {
    int number = random.nextInt(6);
    String picture = random.nextBoolean() ? number + " in a large file" : "" + number;
    images.send(id, picture, schedule.clock().millis());
  }

  void predict() {
    if (!images.unpredicted().isEmpty()) {
      predict(pick(images.unpredicted()));
    }
  }

  /** Serving catches up. */
  void predictAll() {
    List.copyOf(images.unpredicted()).forEach(this::predict);
  }

  private void predict(Claim claim) {
    String label = random.nextInt(8) == 0 ? null : pick(LABELS);
    var now = schedule.clock().instant();
    Prediction prediction =
        new Prediction(
            images.idOf(claim),
            label,
            label == null ? 0 : 1,
            List.of(),
            "v1",
            Role.SERVING,
            claim,
            null,
            now,
            now,
            false,
            List.of());
    send(TOPICS.predictions(), prediction.imageId(), PredictionCodec.AVRO.encode(prediction));
    images.unpredicted().remove(claim);
  }

  private void feedback(String id, @Nullable String label, @Nullable Verdict verdict) {
    List<Claim> claims = random.nextInt(20) == 0 ? images.all() : images.of(id);
    Claim claim = claims.isEmpty() || random.nextInt(3) > 0 ? null : pick(claims);
    Feedback feedback = new Feedback(id, label, verdict, claim, null, Why.OTHER, null);
    for (int times = random.nextInt(10) == 0 ? 2 : 1; times > 0; times--) {
      send(TOPICS.feedback(), id, FeedbackCodec.encode(feedback));
    }
  }

  /** As can happen with at-least-once delivery. */
  private void deliverAgain() {
    long end = kafka.end(LearningTopics.CHECKED);
    ConsumerRecord<byte[], byte[]> record =
        end == 0 ? null : kafka.record(LearningTopics.CHECKED, random.nextLong(end));
    if (record != null) {
      producer.send(new ProducerRecord<>(record.topic(), record.key(), record.value()));
    }
  }

  private void write(String id, byte @Nullable [] value) {
    send(TOPICS.labels(), id, value);
  }

  private void takeAway() {
    if (!images.all().isEmpty()) {
      images.takeAway(pick(images.all()));
    }
  }

  private void pass(Duration time) {
    schedule.clock().advance(time);
  }

  private void send(String topic, String id, byte @Nullable [] value) {
    producer.send(new ProducerRecord<>(topic, id.getBytes(UTF_8), value));
  }

  private <T> T pick(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
