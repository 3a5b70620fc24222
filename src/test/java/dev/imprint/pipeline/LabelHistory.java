package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Json;
import dev.imprint.event.LabelRemoval;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One random history of a few images, and its result. The label processor runs on stores in memory;
 * its writes to the topic {@code labels} come back in order, delayed as the seed determines, with
 * tombstones by the leader and by operators in between. A {@link LabelOracle} for each image gives
 * the expected result.
 */
final class LabelHistory {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Duration WAIT = LearningConfig.DEFAULTS.feedbackWait();
  private static final List<String> LABELS = List.of("nut", "bolt", "washer");

  private record Entry(String id, byte @Nullable [] value, Headers headers) {}

  private static final LearningRecords.LearningLimits ROOMY =
      new LearningRecords.LearningLimits(10_000, 10_000, 10_000, 10_000);

  private final long seed;
  private final boolean tells;
  private final Random random;
  private final int steps;
  private final int loss;
  private final TestClock clock = new TestClock(START);
  private final Map<Claim, IncomingImage> images = new HashMap<>();
  private final Map<String, Claim> claims = new TreeMap<>();
  private final Map<String, LabelOracle> oracles = new TreeMap<>();
  private final List<Entry> labels = new ArrayList<>();
  private final Map<String, byte[]> pictures = new HashMap<>();
  private final Map<String, List<String>> outcomes = new HashMap<>();
  private final StringBuilder told = new StringBuilder();
  private final LabelStores stores;
  private int timers;
  private LabelProcessor processor;
  private int read;
  private int feedback;
  private boolean lostStores;

  /**
   * @param stores may be another history's that has been played: no id comes twice
   * @param tells whether it says what happened
   */
  LabelHistory(long seed, LabelStores stores, boolean tells) {
    this.seed = seed;
    this.tells = tells;
    this.random = new Random(seed);
    steps = 4 + random.nextInt(28);
    loss = random.nextInt(8) == 0 ? random.nextInt(steps) : -1;
    this.stores = stores;
    processor = start();
    int ids = 1 + random.nextInt(2);
    for (int i = 0; i < ids; i++) {
      String id = "image-%d-%d".formatted(seed, i);
      claims.put(id, new Claim("images", 0, i, Sha256.hex(pictureOf(id))));
      oracles.put(id, new LabelOracle(LABELS.get(random.nextInt(LABELS.size()))));
    }
  }

  /** Plays it to its end; returns what is wrong then, or null. */
  @Nullable String play() {
    for (int i = 0; i < steps; i++) {
      if (i == loss) {
        loseStores();
      } else {
        step();
      }
    }
    claims.keySet().forEach(this::image);
    claims.keySet().forEach(this::prediction);
    expire(WAIT.plusSeconds(1));
    readAll();
    return verdict();
  }

  private void step() {
    String id = pick(List.copyOf(claims.keySet()));
    switch (random.nextInt(12)) {
      case 0 -> image(id);
      case 1 -> prediction(id);
      case 2, 3, 4 -> feedback(id, pick(LABELS), null);
      case 5 -> feedback(id, null, Verdict.CORRECT);
      case 6 -> feedback(id, null, Verdict.INCORRECT);
      case 7 -> feedback(id, null, Verdict.FORGET);
      case 8 -> trim(id);
      case 9 -> tombstone(id);
      case 10 -> expire(random.nextInt(5) == 0 ? WAIT : Duration.ofMillis(random.nextInt(3)));
      default -> readSome();
    }
    if (random.nextBoolean()) {
      readSome();
    }
  }

  private void image(String id) {
    LabelOracle oracle = oracle(id);
    if (!oracle.sent) {
      tell("%s is sent", id);
      images.put(claim(id), new IncomingImage(id, pictureOf(id), null));
      oracle.sent = true;
    }
  }

  private void prediction(String id) {
    LabelOracle oracle = oracle(id);
    if (oracle.sent && !oracle.known) {
      tell("%s is predicted as %s", id, oracle.predicted);
      oracle.prediction(labels.size());
      process(
          id,
          new Prediction(
              id,
              oracle.predicted,
              1,
              List.of(),
              "v1",
              Role.SERVING,
              claim(id),
              null,
              clock.instant(),
              clock.instant()),
          new RecordHeaders());
    }
  }

  private void feedback(String id, @Nullable String label, @Nullable Verdict verdict) {
    LabelOracle oracle = oracle(id);
    Claim claim = random.nextInt(3) == 0 ? claim(id) : null;
    boolean rebuilding = lostStores && read < labels.size();
    if (rebuilding && verdict != Verdict.FORGET) {
      return; // Kafka Streams goes by time, so what is older on labels is read before
    }
    Feedback said = new Feedback(id, label, verdict, claim, null, Why.OTHER, null);
    tell(
        "%s: %s%s", id, label == null ? verdict + "" : label, claim == null ? "" : " with a claim");
    long deadline = clock.millis() + WAIT.toMillis();
    oracle.feedback(said, labels.size(), deadline);
    byte[] value = FeedbackCodec.encode(said);
    Claim origin =
        new Claim(
            "feedback",
            random.nextInt(3),
            feedback++,
            Sha256.hex((seed + said.toString()).getBytes(UTF_8)));
    ArrivedFeedback arrived =
        ArrivedFeedback.of(said, origin, id.getBytes(UTF_8), value, new RecordHeaders());
    process(id, arrived, new RecordHeaders());
    if (random.nextInt(10) == 0) {
      tell("%s: the same record again", id);
      process(id, arrived, new RecordHeaders());
    }
  }

  /** The leader takes out a label that it has seen; it may have seen little of the topic. */
  private void trim(String id) {
    Label seen = compacted(id, random.nextInt(labels.size() + 1));
    if (seen != null) {
      tell("the leader takes out %s of %s at %d", seen.label(), id, labels.size());
      var record = new LabelRemoval(seen.label(), seen.labelledAt()).record(Topics.DEFAULTS, 0, id);
      labels.add(new Entry(id, null, record.headers()));
    }
  }

  private void tombstone(String id) {
    if (random.nextInt(3) == 0) {
      tell("an operator takes out %s at %d", id, labels.size());
      labels.add(new Entry(id, null, new RecordHeaders()));
    }
  }

  private void expire(Duration time) {
    clock.advance(time);
    tell("%s pass", time);
    oracles.values().forEach(oracle -> oracle.expire(clock.millis(), labels.size()));
    var all = stores.context().scheduledPunctuators();
    for (var timer : List.copyOf(all.subList(timers, all.size()))) {
      if (!timer.cancelled()) {
        timer.getPunctuator().punctuate(clock.millis());
        collect();
      }
    }
  }

  private void readSome() {
    for (int i = random.nextInt(3); i >= 0 && read < labels.size(); i--) {
      readOne();
    }
  }

  private void readAll() {
    while (read < labels.size()) {
      readOne();
    }
  }

  private void readOne() {
    Entry entry = labels.get(read++);
    boolean foreign = entry.headers().lastHeader("imprint.version") == null;
    LabelRemoval removal = LabelRemoval.of(entry.headers());
    tell("labels@%d is read: %s of %s", read - 1, entry.value() == null ? "-" : "+", entry.id());
    if (entry.value() == null && (foreign || removal != null)) {
      oracle(entry.id()).tombstone(read - 1, removal, newestLabel(entry.id(), read - 1));
    }
    process(entry.id(), entry.value(), entry.headers());
  }

  /** State directory and changelogs are gone: the topic is read from its beginning. */
  private void loseStores() {
    readAll();
    tell("the stores are lost");
    stores.lose(claims.keySet());
    processor = start();
    oracles.values().forEach(LabelOracle::lose);
    read = 0;
    lostStores = true;
  }

  private LabelProcessor start() {
    LabelProcessor started =
        new LabelProcessor(
            LearningConfig.DEFAULTS,
            new FeedbackDecision(
                new LearningRecords(ROOMY, 10_000, AnyPicture::new, clock),
                images::get,
                new DeadLetters(10_000, clock),
                PipelineMetrics.NOOP,
                clock),
            () -> Long.MAX_VALUE,
            clock);
    started.init(stores.context());
    timers = stores.context().scheduledPunctuators().size();
    return started;
  }

  private void process(String id, @Nullable Object value, Headers headers) {
    processor.process(new Record<>(id, value, clock.millis(), headers));
    collect();
  }

  private void collect() {
    for (var forwarded : stores.context().forwarded()) {
      Record<? extends byte[], ? extends byte[]> record = forwarded.record();
      String id = new String(record.key(), UTF_8);
      switch (forwarded.childName().orElseThrow()) {
        case LearningTopology.LABELS -> {
          tell("  labels@%d: %s of %s", labels.size(), record.value() == null ? "-" : "+", id);
          labels.add(new Entry(id, record.value(), record.headers()));
        }
        case LearningTopology.PICTURES -> {
          tell("  picture of %s: %s", id, record.value() == null ? "-" : "+");
          if (record.value() == null) {
            pictures.remove(id);
          } else {
            pictures.put(id, record.value());
          }
        }
        case LearningTopology.OUTCOMES ->
            outcomes
                .computeIfAbsent(id, none -> new ArrayList<>())
                .add(String.valueOf(outcome(record.value()).actual()));
        default -> tell("  dead letter of %s", id);
      }
    }
    stores.context().resetForwards();
  }

  private @Nullable String verdict() {
    for (String id : claims.keySet()) {
      LabelOracle oracle = oracle(id);
      Label label = compacted(id, labels.size());
      String is = label == null ? null : label.label();
      byte[] picture = pictures.get(id);
      String wrong = null;
      if (!Objects.equals(is, oracle.label)) {
        wrong = "%s has label %s, should have %s".formatted(id, is, oracle.label);
      } else if ((picture != null) != (label != null)) {
        wrong = "%s has label %s and %s picture".formatted(id, is, picture == null ? "no" : "a");
      } else if (!lostStores && !outcomes.getOrDefault(id, List.of()).equals(oracle.outcomes)) {
        wrong =
            "%s has outcomes %s, should have %s".formatted(id, outcomes.get(id), oracle.outcomes);
      }
      if (wrong == null && stores.awaited() > 0) {
        wrong = "a write is awaited that never comes";
      }
      if (wrong != null) {
        return wrong + "\n" + told;
      }
    }
    return null;
  }

  /** What the topic's first records say of an image. */
  private @Nullable Label compacted(String id, int end) {
    for (int i = end - 1; i >= 0; i--) {
      if (labels.get(i).id().equals(id)) {
        return decoded(labels.get(i).value());
      }
    }
    return null;
  }

  /** The newest label among the topic's first records, whatever took it out. */
  private @Nullable Label newestLabel(String id, int end) {
    for (int i = end - 1; i >= 0; i--) {
      if (labels.get(i).id().equals(id) && labels.get(i).value() != null) {
        return decoded(labels.get(i).value());
      }
    }
    return null;
  }

  private LabelOracle oracle(String id) {
    return Objects.requireNonNull(oracles.get(id));
  }

  private Claim claim(String id) {
    return Objects.requireNonNull(claims.get(id));
  }

  private static byte[] pictureOf(String id) {
    return id.getBytes(UTF_8);
  }

  private <T> T pick(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  private void tell(String format, Object... args) {
    if (tells) {
      told.append(format.formatted(args)).append('\n');
    }
  }

  private static @Nullable Label decoded(byte @Nullable [] value) {
    try {
      return value == null ? null : Json.decode(value, Label.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Outcome outcome(byte[] value) {
    try {
      return Json.decode(value, Outcome.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
