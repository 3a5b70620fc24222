package dev.imprint.leader.trigger;

import dev.imprint.labels.LabelledSet;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.training.FineTuneConfig;
import dev.imprint.training.FineTuneConfig.When;
import dev.imprint.training.TrainingConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When the leader fine-tunes the network without a command: once heads gain no more from labels,
 * and so many labels are new to the network. After each fine-tuning in a row that was refused, it
 * takes twice as many.
 *
 * @param minWait shortest time between two trainings
 * @param maxBackoff how many times as many labels at most
 */
public record FineTuneTrigger(
    When when, FineTuneConfig.Auto auto, Duration minWait, int maxBackoff) {

  /**
   * The facts to decide by; the same for each leader.
   *
   * @param unlearned labels that are new or changed since the last fine-tuning; all, if there was
   *     none
   * @param gains of macro F1, {@link PastVerdicts#headGains()}
   * @param refused fine-tunings in a row, {@link PastVerdicts#refusedFineTunings()}
   * @param lastTraining of any kind; null if there was none
   */
  public record Facts(
      int unlearned, List<Double> gains, int refused, @Nullable Instant lastTraining) {
    public Facts {
      gains = List.copyOf(gains);
    }

    /**
     * The facts for the next fine-tuning as a leader that begins now would know them.
     *
     * @param labels as they are called now
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    public static Facts of(ModelStore store, Models models, LabelledSet labels) {
      PastVerdicts verdicts = PastVerdicts.of(models);
      return new Facts(
          Trigger.Labels.of(store, models, labels, models.newestFineTuned()).unlearned(),
          verdicts.headGains(),
          verdicts.refusedFineTunings(),
          verdicts.lastTraining());
    }
  }

  public static FineTuneTrigger of(TrainingConfig config) {
    FineTuneConfig its = config.fineTune();
    return new FineTuneTrigger(
        its.when(), its.auto(), Duration.ofMinutes(config.minWaitMinutes()), config.maxBackoff());
  }

  public boolean isAutomatic() {
    return when == When.AUTO;
  }

  /** Whether to start now. */
  public boolean due(Facts facts, Instant now) {
    Instant last = facts.lastTraining();
    return isAutomatic()
        && facts.unlearned() >= needed(facts)
        && facts.gains().size() >= auto.lastHeads()
        && gain(facts) < auto.gainBelow()
        && last != null
        && !now.isBefore(last.plus(minWait));
  }

  /** The same for people, in words. */
  public String next(Facts facts) {
    if (when == When.NEVER) {
      return "never (training.fine_tune.when)";
    }
    if (when == When.ON_COMMAND) {
      return "only on command: imprint retrain --fine-tune";
    }
    List<String> parts = new ArrayList<>();
    parts.add(
        "once %d labels are new to the network (%d so far) and the last %d heads have improved macro"
                .formatted(needed(facts), facts.unlearned(), auto.lastHeads())
            + " F1 by less than %s in total (%s)".formatted(auto.gainBelow(), gained(facts)));
    if (!minWait.isZero() && facts.lastTraining() != null) {
      parts.add("not before " + Trigger.seconds(facts.lastTraining().plus(minWait)));
    }
    if (facts.refused() > 0) {
      parts.add(
          "the last %d were refused, so it waits for %d times as many labels"
              .formatted(facts.refused(), backoff(facts)));
    }
    return String.join("; ", parts);
  }

  private String gained(Facts facts) {
    int trained = facts.gains().size();
    if (trained < auto.lastHeads()) {
      return trained + " trained so far";
    }
    double gain = gain(facts);
    return Double.isInfinite(gain)
        ? "the first version is one of them"
        : "they improved it by %.3f".formatted(gain);
  }

  private double gain(Facts facts) {
    return facts.gains().stream().limit(auto.lastHeads()).mapToDouble(Double::doubleValue).sum();
  }

  private long needed(Facts facts) {
    return (long) auto.newLabels() * backoff(facts);
  }

  private int backoff(Facts facts) {
    // More than 30 doublings would be more than an int holds, and than the greatest maximum.
    return Math.min(1 << Math.min(facts.refused(), 30), maxBackoff);
  }
}
