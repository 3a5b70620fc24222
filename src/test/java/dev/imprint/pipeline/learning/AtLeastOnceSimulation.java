package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.simulation.Commit;
import dev.imprint.simulation.Interruption;
import dev.imprint.simulation.Schedule;
import dev.imprint.simulation.SimulatedBrokers;
import dev.imprint.simulation.SimulatedClients;
import dev.imprint.simulation.SimulatedKafka;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One schedule of an instance with at-least-once delivery that crashes. Each image is sent once,
 * and labelled and forgotten repeatedly: in the end it must have the label that was sent last.
 */
final class AtLeastOnceSimulation {
  private static final Topics TOPICS = Topics.DEFAULTS;
  private static final int STEPS = 100;
  private static final int QUIET_ROUNDS = 200;
  private static final List<String> IDS = List.of("a", "b");
  private static final List<String> LABELS = List.of("nut", "bolt", "washer");
  private static final String INSTANCE = "learning";

  private final SentImages images = new SentImages();
  private final SimulatedKafka kafka = new SimulatedKafka(true);
  private final Map<String, Map<String, byte[]>> newest = new HashMap<>();
  private final Map<String, String> said = new TreeMap<>();
  private final Schedule schedule;
  private final SplittableRandom random;
  private final SimulatedUsers users;
  private final Producer<byte[], byte[]> producer;

  AtLeastOnceSimulation(long seed) {
    schedule =
        new Schedule(seed, LabelSimulation.START, kafka, this::take, LabelSimulation::describe);
    random = schedule.random();
    Interruption around = schedule.interruption(INSTANCE, true);
    SimulatedClients clients =
        new SimulatedClients(kafka, INSTANCE, around, opened -> opened, true);
    schedule.add(
        INSTANCE,
        12,
        new SimulatedLearning(
            clients,
            new SimulatedDelivery.AtLeastOnce(kafka, around, random),
            kafka,
            images,
            PlantedLabelFault.NONE,
            schedule));
    producer =
        new SimulatedClients(
                kafka, "users", schedule.interruption("users", false), opened -> opened, true)
            .producer(1);
    users = new SimulatedUsers(kafka, producer, images, schedule);
    IDS.forEach(id -> images.send(id, "picture of " + id, schedule.clock().millis()));
    schedule.add("users", 3, this::feedback);
    schedule.add("serving", 1, users::predict);
    schedule.add(
        "brokers",
        5,
        new SimulatedBrokers(kafka, random, SimulatedLearning.GROUP, LearningTopics.CHANGELOGS));
  }

  private void feedback() {
    String id = IDS.get(random.nextInt(IDS.size()));
    String label = random.nextInt(4) == 0 ? null : LABELS.get(random.nextInt(LABELS.size()));
    Verdict verdict = label == null ? Verdict.FORGET : null;
    Claim claim = random.nextInt(3) == 0 ? images.of(id).get(0) : null;
    Feedback feedback = new Feedback(id, label, verdict, claim, null, Why.OTHER, null);
    producer.send(
        new ProducerRecord<>(
            TOPICS.feedback(), id.getBytes(UTF_8), FeedbackCodec.encode(feedback)));
    if (label == null) {
      said.remove(id);
    } else {
      said.put(id, label);
    }
  }

  private void take(Commit commit) {
    for (ConsumerRecord<byte[], byte[]> record : commit.records()) {
      String key = new String(record.key(), ISO_8859_1);
      if (record.value() == null) {
        newest(record.topic()).remove(key);
      } else {
        newest(record.topic()).put(key, record.value());
      }
    }
  }

  private Map<String, byte[]> newest(String topic) {
    return newest.computeIfAbsent(topic, any -> new TreeMap<>());
  }

  /** Plays it to the end; returns what did not hold, with the last steps, or null. */
  @Nullable String play() {
    schedule.play(STEPS);
    schedule.quieten();
    kafka.group(SimulatedLearning.GROUP).expireAll();
    users.predictAll();
    catchUp();
    images.all().forEach(images::met);
    schedule.clock().advance(LearningConfig.DEFAULTS.feedbackWait().multipliedBy(2));
    schedule.stepEach(List.of(INSTANCE));
    catchUp();
    schedule.check(this::requireSettled);
    return schedule.violation();
  }

  private void requireSettled() {
    assertThat(labels(TOPICS.labels())).as("topic").isEqualTo(said);
    assertThat(labels(LearningTopics.changelog(LabelProcessor.BUFFER))).as("store").isEqualTo(said);
    assertThat(newest(TOPICS.pictures()).keySet()).as("pictures").isEqualTo(said.keySet());
    for (String store : List.of(LabelProcessor.WAITING, LabelProcessor.AWAITED)) {
      assertThat(newest(LearningTopics.changelog(store))).as(store).isEmpty();
    }
  }

  private void catchUp() {
    for (int i = 0; i < QUIET_ROUNDS && isUnread(); i++) {
      schedule.stepEach(List.of(INSTANCE));
    }
  }

  private boolean isUnread() {
    return LearningTopics.SOURCES.stream()
        .anyMatch(topic -> kafka.hasUnread(SimulatedLearning.GROUP, topic));
  }

  private Map<String, String> labels(String topic) {
    Map<String, String> labels = new TreeMap<>();
    newest(topic).forEach((id, value) -> labels.put(id, label(value)));
    return labels;
  }

  private static String label(byte[] value) {
    try {
      return Json.decode(value, Label.class).label();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
