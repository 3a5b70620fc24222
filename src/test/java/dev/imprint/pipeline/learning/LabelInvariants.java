package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.event.LabelRemoval;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Verdict;
import dev.imprint.simulation.Commit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Invariants of labels after each commit: the store has the label that was given last, each
 * feedback has exactly one outcome, a label is next to the picture that it was given for, and
 * nothing that was forgotten comes back.
 */
final class LabelInvariants {
  private static final Topics TOPICS = Topics.DEFAULTS;
  private static final String BUFFER = LearningTopics.changelog(LabelProcessor.BUFFER);

  /**
   * @param claim of one of the id's images; null for all of them
   */
  private record ForgottenImage(String id, @Nullable Claim claim) {}

  private final SentImages images;
  private final Function<String, List<LabelEvent>> uncommitted;
  private final Map<String, LabelOracle> oracles = new TreeMap<>();
  private final Map<String, Map<String, byte[]>> newest = new HashMap<>();
  private final Map<String, Label> labels = new HashMap<>();
  private final Map<String, Label> stored = new HashMap<>();
  private final Map<String, List<String>> outcomes = new HashMap<>();
  private final Map<String, Long> processed = new HashMap<>();
  private final Map<Claim, Integer> arrived = new HashMap<>();
  private final Map<ForgottenImage, Integer> forgotten = new HashMap<>();
  private boolean rebuilding;

  /**
   * @param uncommitted hands over what an instance's label processor took in, by its transactional
   *     id
   */
  LabelInvariants(SentImages images, Function<String, List<LabelEvent>> uncommitted) {
    this.images = images;
    this.uncommitted = uncommitted;
  }

  /**
   * @throws AssertionError if something does not hold
   */
  void check(Commit commit) {
    for (ConsumerRecord<byte[], byte[]> record : commit.records()) {
      take(record);
    }
    if (commit.transactionalId() == null) {
      return;
    }
    for (LabelEvent event : uncommitted.apply(commit.transactionalId())) {
      take(event);
    }
    oracles.forEach(this::check);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), ISO_8859_1);
    if (record.topic().equals(TOPICS.outcomes())) {
      Outcome outcome = Objects.requireNonNull(decoded(record.value(), Outcome.class));
      outcomes.computeIfAbsent(key, id -> new ArrayList<>()).add("" + outcome.actual());
    } else if (record.topic().equals(TOPICS.labels())) {
      label(labels, key, record.value());
    } else if (record.topic().equals(BUFFER)) {
      label(stored, key, record.value());
    } else if (record.value() == null) {
      newest(record.topic()).remove(key);
    } else {
      newest(record.topic()).put(key, record.value());
    }
  }

  private void take(LabelEvent event) {
    ConsumerRecord<byte[], byte[]> record = event.record();
    if (record == null) {
      oracles.values().forEach(oracle -> oracle.expire(event));
      return;
    }
    Long before = processed.put(record.topic(), record.offset());
    require(
        before == null || before < record.offset(),
        "%s@%d is processed twice",
        record.topic(),
        record.offset());
    String id = new String(record.key(), UTF_8);
    LabelOracle oracle = oracle(id);
    if (record.topic().equals(LearningTopics.PREDICTED)) {
      Prediction prediction = RecentPredictions.decode(record.value());
      oracle.prediction(prediction, event);
      images.met(prediction.claim());
    } else if (record.topic().equals(LearningTopics.CHECKED)) {
      ArrivedFeedback feedback = ArrivedFeedback.decode(record.value());
      oracle.feedback(feedback, event);
      boolean first = arrived.putIfAbsent(feedback.origin(), arrived.size()) == null;
      if (first && feedback.feedback().verdict() == Verdict.FORGET) {
        Claim claim = feedback.feedback().claim();
        forgotten.put(new ForgottenImage(id, claim), arrived.size());
      }
    } else if (record.value() == null && LabelWrite.nameOf(record.headers()) == null) {
      oracle.tombstone(record.offset(), LabelRemoval.of(record.headers()));
    }
  }

  private LabelOracle oracle(String id) {
    return oracles.computeIfAbsent(
        id, any -> new LabelOracle(id, claim -> images.idOf(claim).equals(id)));
  }

  private void check(String id, LabelOracle oracle) {
    if (!rebuilding) {
      requireSaid(id, oracle, stored.get(id), "the store");
    }
    List<String> judged = outcomes.getOrDefault(id, List.of());
    require(
        judged.equals(oracle.outcomes()),
        "%s has outcomes %s, should have %s",
        id,
        judged,
        oracle.outcomes());
    Label label = labels.get(id);
    if (label == null) {
      return;
    }
    require(
        arrived.getOrDefault(label.feedback(), 0)
            >= Math.max(
                forgotten.getOrDefault(new ForgottenImage(id, null), 0),
                forgotten.getOrDefault(new ForgottenImage(id, label.claim()), 0)),
        "%s was forgotten, and came back as %s",
        id,
        label.label());
    byte[] picture = newest(TOPICS.pictures()).get(id);
    require(picture != null, "%s has label %s and no picture", id, label.label());
    if (picture != null) {
      require(
          images.isKeptFrom(label.claim().sha256(), picture),
          "%s has label %s of %s beside another picture",
          id,
          label.label(),
          label.claim());
    }
  }

  private static void requireSaid(
      String id, LabelOracle oracle, @Nullable Label label, String where) {
    LabelOracle.ExpectedLabel said = oracle.said();
    LabelOracle.ExpectedLabel is =
        label == null
            ? null
            : new LabelOracle.ExpectedLabel(
                label.label(), label.claim(), label.labelledAt(), label.feedback());
    require(Objects.equals(is, said), "%s: %s says %s, said was %s", id, where, is, said);
  }

  /** The stores are lost: labels will be read from the beginning. */
  void lose() {
    LearningTopics.CHANGELOGS.forEach(newest::remove);
    stored.clear();
    processed.remove(TOPICS.labels());
    arrived.clear();
    forgotten.clear();
    oracles.values().forEach(LabelOracle::lose);
    rebuilding = true;
  }

  boolean waits() {
    return oracles.values().stream().anyMatch(LabelOracle::waits);
  }

  /** To be called when everything has been read and nothing waits. */
  void requireSettled() {
    rebuilding = false;
    for (String store : List.of(LabelProcessor.WAITING, LabelProcessor.AWAITED)) {
      var left = newest(LearningTopics.changelog(store));
      require(left.isEmpty(), "%d entries are left in %s", left.size(), store);
    }
    oracles.forEach(
        (id, oracle) -> {
          require(!oracle.waits(), "feedback on %s should still wait", id);
          requireSaid(id, oracle, labels.get(id), "the topic");
          requireSaid(id, oracle, stored.get(id), "the store");
          require(
              oracle.said() != null || !newest(TOPICS.pictures()).containsKey(id),
              "%s has a picture and no label",
              id);
        });
  }

  /** The expected examples: label and digest of the picture, by image id. */
  Map<String, String> examples() {
    Map<String, String> examples = new TreeMap<>();
    oracles.forEach(
        (id, oracle) -> {
          LabelOracle.ExpectedLabel said = oracle.said();
          if (said != null) {
            examples.put(id, said.label() + " of " + said.claim().sha256());
          }
        });
    return examples;
  }

  private Map<String, byte[]> newest(String topic) {
    return newest.computeIfAbsent(topic, any -> new TreeMap<>());
  }

  /** A record that is not a label replaces one all the same. */
  private static void label(Map<String, Label> labels, String id, byte @Nullable [] value) {
    Label label = value == null ? null : decoded(value, Label.class);
    if (label == null) {
      labels.remove(id);
    } else {
      labels.put(id, label);
    }
  }

  private static <T> @Nullable T decoded(byte[] value, Class<T> type) {
    try {
      return Json.decode(value, type);
    } catch (IOException e) {
      return null;
    }
  }

  private static void require(boolean holds, String otherwise, @Nullable Object... values) {
    if (!holds) {
      throw new AssertionError(otherwise.formatted(values));
    }
  }
}
