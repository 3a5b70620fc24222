package dev.imprint.leader.trigger;

import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.model.metrics.Calibration;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.training.TrainingConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When the leader trains without a command. The first head is trained as soon as one can be, and
 * further ones whenever the labels have doubled, until that would take more than {@code newLabels}.
 * After {@value #FRUITLESS} trainings in a row whose heads were refused, number and time double,
 * and again with each further one.
 *
 * @param newLabels this many new or changed labels start a training at the latest; 0: their number
 *     never does
 * @param minWait shortest time between two trainings
 * @param maxWait after this long without a training, one label is enough; zero: time never is
 * @param accuracyDrop if the live accuracy is lower by more than this than when the serving version
 *     was judged, a {@value #SOONER}th of the labels is enough; 0: no drop is
 * @param maxBackoff how many times as many labels, and as long a time, at most
 * @param threshold of the confidence, below which a prediction has no label, and so is not right
 */
public record Trigger(
    int newLabels,
    Duration minWait,
    Duration maxWait,
    double accuracyDrop,
    int maxBackoff,
    float threshold) {
  private static final int FRUITLESS = 2;
  private static final int SOONER = 5;

  /**
   * The facts to decide by.
   *
   * @param serves whether anything does: a version, or the head that the service started with
   * @param lastTraining or the leader's start, if there was none; null if neither is known
   * @param fruitless trainings in a row that brought nothing, {@link PastVerdicts#fruitless()}
   * @param dropped whether the live accuracy has dropped
   */
  public record Facts(
      Labels labels,
      boolean serves,
      @Nullable Instant lastTraining,
      int fruitless,
      boolean dropped) {
    /**
     * The facts for the next training as a leader that begins now would know them, except the live
     * accuracy.
     *
     * @param labels as they are called now
     * @param initial whether a head serves until a version does
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    public static Facts of(ModelStore store, Models models, LabelledSet labels, boolean initial) {
      PastVerdicts verdicts = PastVerdicts.of(models);
      return new Facts(
          Labels.of(store, models, labels, models.newestTrained()),
          models.rollout() != null || initial,
          verdicts.lastTraining(),
          verdicts.fruitless(),
          false);
    }

    private boolean beforeFirst() {
      return !serves && labels.learned() == 0;
    }
  }

  /**
   * How many labels there are.
   *
   * @param unlearned new or changed since the last training
   * @param learned those that the last training had, whatever came of it; 0 if there was none
   * @param enough whether a head can be trained
   */
  public record Labels(int unlearned, int learned, boolean enough) {
    static final Labels NONE = new Labels(0, 0, false);

    /**
     * @param labels as they are called now
     * @param since the version whose labels are not new; null if all are
     */
    static Labels of(
        ModelStore store, Models models, LabelledSet labels, @Nullable ModelVersion since) {
      LabelledSet learnable = labels.learnable(models.labelChanges());
      Map<String, String> known =
          LearnedLabels.named(
              LearnedLabels.of(store, since).withUnlisted(learnable), models.labelChanges());
      int unlearned = 0;
      for (Label label : learnable.labels()) {
        unlearned += label.label().equals(known.get(label.imageId())) ? 0 : 1;
      }
      return new Labels(unlearned, known.size(), !known.isEmpty());
    }
  }

  /**
   * @param threshold {@code serving.threshold}
   */
  public static Trigger of(TrainingConfig config, float threshold) {
    return new Trigger(
        config.newLabels(),
        Duration.ofMinutes(config.minWaitMinutes()),
        Duration.ofMinutes(config.maxWaitMinutes()),
        config.accuracyDrop(),
        config.maxBackoff(),
        threshold);
  }

  /**
   * The live accuracy below which it has dropped; 0 if nobody knows what to expect, because the
   * confidence was not measured.
   */
  public double dropsBelow(Judgement serving) {
    Calibration calibration = serving.calibration();
    double expected = serving.challenger().accuracy();
    if (threshold > 0) {
      expected = calibration == null ? 0 : calibration.rightFrom(threshold);
    }
    return Math.max(0, expected - accuracyDrop);
  }

  /** The reason to start a training now; null if there is none. */
  public @Nullable TrainingStart due(Facts facts, Instant now) {
    Instant last = facts.lastTraining();
    Labels labels = facts.labels();
    int unlearned = labels.unlearned();
    if (unlearned == 0 || last == null || now.isBefore(last.plus(minWait))) {
      return null;
    }
    if (newLabels > 0 && facts.beforeFirst()) {
      return labels.enough() ? TrainingStart.LABELS : null;
    }
    int backoff = backoff(facts.fruitless());
    if (newLabels > 0 && unlearned >= needed(labels, backoff)) {
      return TrainingStart.LABELS;
    }
    if (facts.dropped() && unlearned >= afterDrop(backoff)) {
      return TrainingStart.ACCURACY_DROP;
    }
    if (!maxWait.isZero() && !now.isBefore(last.plus(maxWait.multipliedBy(backoff)))) {
      return TrainingStart.TIME;
    }
    return null;
  }

  /** The same for people, in words. */
  public String next(Facts facts) {
    int backoff = backoff(facts.fruitless());
    Instant last = facts.lastTraining();
    List<String> parts = new ArrayList<>();
    Labels labels = facts.labels();
    if (newLabels > 0 && facts.beforeFirst()) {
      return "as soon as there are enough labels for a first version (%d so far)"
          .formatted(labels.unlearned());
    }
    if (newLabels > 0) {
      parts.add(
          "at %d new labels (%d so far)".formatted(needed(labels, backoff), labels.unlearned()));
    }
    if (accuracyDrop > 0) {
      parts.add("at %d if the live accuracy drops".formatted(afterDrop(backoff)));
    }
    if (!maxWait.isZero()) {
      Duration wait = maxWait.multipliedBy(backoff);
      parts.add(
          last == null
              ? "within %d minutes if there is one".formatted(wait.toMinutes())
              : "at %s if there is one".formatted(seconds(last.plus(wait))));
    }
    if (parts.isEmpty()) {
      return "only on command: imprint retrain";
    }
    String next = String.join(", or ", parts);
    if (!minWait.isZero() && last != null) {
      next += "; not before " + seconds(last.plus(minWait));
    }
    return backoff == 1
        ? next
        : "%s; the last %d heads were refused, so it waits %d times as long"
            .formatted(next, facts.fruitless(), backoff);
  }

  static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** As many as before, or {@code newLabels} if that is fewer. */
  private long needed(Labels labels, int backoff) {
    int learned = labels.learned() == 0 ? newLabels : labels.learned();
    return (long) Math.min(learned, newLabels) * backoff;
  }

  private long afterDrop(int backoff) {
    return Math.max(1, (long) newLabels * backoff / SOONER);
  }

  private int backoff(int fruitless) {
    int backoff = 1;
    for (int i = FRUITLESS; i <= fruitless && backoff < maxBackoff; i++) {
      backoff *= 2;
    }
    return Math.min(backoff, maxBackoff);
  }
}
