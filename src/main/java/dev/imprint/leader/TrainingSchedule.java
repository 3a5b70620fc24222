package dev.imprint.leader;

import dev.imprint.leader.LearningMetrics.RunEnd;
import dev.imprint.leader.trigger.FineTuneTrigger;
import dev.imprint.leader.trigger.PastVerdicts;
import dev.imprint.leader.trigger.TrainingTriggers;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.CheckResult;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.model.RetryPause;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.RelabelledVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when the leader trains without a command: when a trigger fires, and not too soon after a
 * failure. Used only by the leader's thread, except for {@link #check()}.
 */
final class TrainingSchedule {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingSchedule.class);

  private final TrainingTriggers triggers;
  private final Retraining retraining;
  private final Relabeller relabeller;
  private final Clock clock;
  private final Failures failures =
      new Failures("training run", Duration.ofSeconds(10), Duration.ofMinutes(10));

  // Heads are trained in the meantime, and each attempt may take hours.
  private final Failures ofFineTuning =
      new Failures("fine-tuning", Duration.ofMinutes(10), Duration.ofDays(1));
  private Instant lastTraining;

  /**
   * @param newest the version trained last; null if there is none
   */
  TrainingSchedule(
      TrainingTriggers triggers,
      Retraining retraining,
      Relabeller relabeller,
      Clock clock,
      @Nullable ModelVersion newest) {
    this.triggers = triggers;
    this.retraining = retraining;
    this.relabeller = relabeller;
    this.clock = clock;
    this.lastTraining = newest == null ? clock.instant() : RelabelledVersion.trainedAt(newest);
  }

  /** The reason to start a training now; null if there is none. */
  @Nullable TrainingStart due(Models models) {
    Instant now = clock.instant();
    ModelVersion serving = models.serving();
    // Not all instances may have the next one open yet; and a rollback must not be undone.
    if (retraining.changesBackbone(serving)) {
      return null;
    }
    if (failures.mayRetry(now)) {
      if (relabeller.isToBeTrained()) {
        return TrainingStart.MERGED_LABELS;
      }
      TrainingStart start = triggers.head().due(facts(models, serving), now);
      if (start != null) {
        return start;
      }
    }
    // After heads: their verdicts are what it goes by.
    FineTuneTrigger network = triggers.network();
    return network.isAutomatic() && ofFineTuning.mayRetry(now) && network.due(facts(models), now)
        ? TrainingStart.STALLED_HEADS
        : null;
  }

  private Trigger.Facts facts(Models models, @Nullable ModelVersion serving) {
    boolean dropped =
        serving != null
            && triggers.head().accuracyDrop() > 0
            && retraining.accuracyBelow(
                RelabelledVersion.names(serving),
                triggers.head().dropsBelow(serving.judgement()),
                lastTraining);
    boolean serves = models.rollout() != null || !retraining.initialLabels().isEmpty();
    return new Trigger.Facts(
        retraining.labels(), serves, lastTraining, PastVerdicts.of(models).fruitless(), dropped);
  }

  private FineTuneTrigger.Facts facts(Models models) {
    PastVerdicts verdicts = PastVerdicts.of(models);
    return new FineTuneTrigger.Facts(
        retraining.labelsNewToTheNetwork(),
        verdicts.headGains(),
        verdicts.refusedFineTunings(),
        lastTraining);
  }

  /** It has ended, with or without a version. */
  void worked(TrainingRun ended, RunEnd end) {
    // A head can be trained from fewer labels, and be better than what serves although a tuned
    // network is not; but a version with its network has a head, too.
    boolean heads = !ended.isFineTuning() || end == RunEnd.PROMOTED;
    retraining.learned(heads, ended.isFineTuning());
    lastTraining = ended.startedAt();
    if (heads) {
      relabeller.trained();
      failures.end();
    }
    if (ended.isFineTuning()) {
      ofFineTuning.end();
    }
  }

  /** Its labels are still to be learned, after a pause that doubles; serving continues. */
  void failed(TrainingRun ended, Throwable cause) {
    Failures its = ended.isFineTuning() ? ofFineTuning : failures;
    if (ended.pending() == null) {
      its.add(cause, clock.instant());
    } else {
      its.addOnce(cause);
    }
  }

  /** DEGRADED with its cause after a failure. */
  CheckResult check() {
    return failures.check.status() == CheckResult.Status.UP ? ofFineTuning.check : failures.check;
  }

  /** Failures in a row, the last of which health shows. */
  private static final class Failures {
    private final String what;
    private final RetryPause pauses;
    private Instant notBefore = Instant.MIN;
    private volatile CheckResult check = CheckResult.UP;

    Failures(String what, Duration firstPause, Duration longestPause) {
      this.what = what;
      this.pauses = new RetryPause(firstPause, longestPause);
    }

    void add(Throwable cause, Instant now) {
      Duration pause = pauses.failed();
      notBefore = now.plus(pause);
      LOG.error("The {} failed; retrying in {} s", what, pause.toSeconds(), cause);
      check =
          CheckResult.degraded(
              "the last %s failed, retrying in %d s: %s".formatted(what, pause.toSeconds(), cause));
    }

    /** Of a command: whoever has sent it knows, and decides whether to repeat it. */
    void addOnce(Throwable cause) {
      LOG.error("The {} failed", what, cause);
      check = CheckResult.degraded("the last %s failed: %s".formatted(what, cause));
    }

    void end() {
      pauses.worked();
      check = CheckResult.UP;
    }

    boolean mayRetry(Instant now) {
      return now.isAfter(notBefore);
    }
  }
}
