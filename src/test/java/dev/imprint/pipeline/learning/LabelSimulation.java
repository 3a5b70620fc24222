package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.SimulatedBuffer;
import dev.imprint.event.Topics;
import dev.imprint.simulation.Commit;
import dev.imprint.simulation.Schedule;
import dev.imprint.simulation.SimulatedBrokers;
import dev.imprint.simulation.SimulatedClients;
import dev.imprint.simulation.SimulatedKafka;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One schedule, determined by a seed, of two instances that learn, the buffers of two leaders, and
 * users on a simulated Kafka.
 */
final class LabelSimulation {
  private static final Pattern TELLING =
      Pattern.compile(
          "\"((?:label|verdict|actual|predicted)\":\"[^\"]*|topic\":\"[^}]*?offset\":\\d+)\"?");
  static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final int STEPS = 100;
  private static final int QUIET_ROUNDS = 200;
  private static final List<String> INSTANCES = List.of("learning-a", "learning-b");
  private static final List<String> BUFFERS = List.of("buffer-a", "buffer-b");

  private final SentImages images = new SentImages();
  private final SimulatedKafka kafka;
  private final LabelInvariants invariants;
  private final Schedule schedule;
  private final Map<String, SimulatedLearning> instances = new TreeMap<>();
  private final List<SimulatedBuffer> buffers = new ArrayList<>();
  private final SimulatedUsers users;
  private final boolean losesStores;

  LabelSimulation(long seed, PlantedLabelFault fault) {
    kafka = new SimulatedKafka(fault != PlantedLabelFault.NO_FENCING);
    invariants =
        new LabelInvariants(
            images,
            name -> {
              SimulatedLearning instance = instances.get(name);
              return instance == null ? List.of() : instance.takeUncommitted();
            });
    schedule = new Schedule(seed, START, kafka, invariants::check, LabelSimulation::describe);
    for (String name : INSTANCES) {
      SimulatedClients clients = clients(name, true);
      SimulatedDelivery delivery = new SimulatedDelivery.ExactlyOnce(clients, name);
      SimulatedLearning instance =
          new SimulatedLearning(clients, delivery, kafka, images, fault, schedule);
      instances.put(name, instance);
      schedule.add(name, 12, instance);
    }
    for (String name : BUFFERS) {
      SimulatedBuffer buffer =
          new SimulatedBuffer(clients(name, true), kafka, schedule.random(), images::isKeptFrom);
      buffers.add(buffer);
      schedule.add(name, 3, buffer);
    }
    users = new SimulatedUsers(kafka, clients("users", false).producer(1), images, schedule);
    schedule.add("users", 8, users);
    losesStores = schedule.random().nextInt(8) == 0;
    List<String> compacted =
        Stream.concat(
                Stream.of(Topics.DEFAULTS.labels(), Topics.DEFAULTS.pictures()),
                LearningTopics.CHANGELOGS.stream())
            .toList();
    schedule.add(
        "brokers",
        6,
        new SimulatedBrokers(kafka, schedule.random(), SimulatedLearning.GROUP, compacted));
  }

  private SimulatedClients clients(String name, boolean fails) {
    return new SimulatedClients(
        kafka, name, schedule.interruption(name, fails), producer -> producer, true);
  }

  /** Plays it to the end; returns what did not hold, with the last steps, or null. */
  @Nullable String play() {
    schedule.play(STEPS);
    settle();
    if (losesStores && schedule.holds()) {
      loseStores();
      schedule.play(STEPS);
      settle();
    }
    return schedule.violation();
  }

  /** Nothing new happens until everything is processed. */
  private void settle() {
    schedule.quieten();
    kafka.group(SimulatedLearning.GROUP).expireAll();
    kafka.timeOutTransactions();
    users.predictAll();
    catchUp();
    check(invariants::requireSettled);
    for (SimulatedBuffer buffer : buffers) {
      check(() -> assertThat(buffer.examples()).as("examples").isEqualTo(invariants.examples()));
    }
  }

  private void catchUp() {
    for (int i = 0; i < QUIET_ROUNDS && schedule.holds() && !isSettled(); i++) {
      schedule.clock().advance(LearningConfig.DEFAULTS.feedbackWait());
      schedule.stepEach(INSTANCES);
    }
  }

  private void check(Runnable holds) {
    if (schedule.holds()) {
      schedule.check(holds);
    }
  }

  /** State directories and changelogs are lost: {@code labels} is read from the beginning. */
  private void loseStores() {
    schedule.tell(() -> "the stores are lost");
    instances.values().forEach(SimulatedLearning::crash);
    kafka.group(SimulatedLearning.GROUP).expireAll();
    LearningTopics.CHANGELOGS.forEach(kafka::recreate);
    kafka.resetOffset(SimulatedLearning.GROUP, Topics.DEFAULTS.labels());
    invariants.lose();
    catchUp();
    check(invariants::requireSettled);
    schedule.disturb();
  }

  private boolean isSettled() {
    return LearningTopics.SOURCES.stream()
            .noneMatch(topic -> kafka.hasUnread(SimulatedLearning.GROUP, topic))
        && !invariants.waits();
  }

  static String describe(Commit commit) {
    return commit.records().stream()
        .filter(record -> !record.topic().endsWith("-changelog"))
        .map(LabelSimulation::describe)
        .collect(joining(", "));
  }

  private static String describe(ConsumerRecord<byte[], byte[]> record) {
    String value = record.value() == null ? "-" : new String(record.value(), ISO_8859_1);
    String telling =
        TELLING.matcher(value).results().map(found -> found.group(1)).collect(joining(" "));
    return "%s@%d %s: %s"
        .formatted(
            record.topic(),
            record.offset(),
            new String(record.key(), ISO_8859_1),
            telling.isEmpty() ? value.substring(0, Math.min(20, value.length())) : telling);
  }
}
