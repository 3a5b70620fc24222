package dev.imprint.leader.trigger;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.model.Rollout;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.RelabelledVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verdicts of past training runs, which influence the next ones: the same for each leader,
 * since they are on the topic. At most the versions that are kept count.
 *
 * @param trained versions in order of creation, without those that were only relabelled
 * @param decided when something was rolled out last; null if that is not known
 */
public record PastVerdicts(List<ModelVersion> trained, @Nullable Instant decided) {
  public static PastVerdicts of(Models models) {
    Rollout rollout = models.rollout();
    ModelVersion serving = models.serving();
    // A version that took over under other labels serves since a change of labels, not a decision.
    boolean relabelled = serving != null && RelabelledVersion.isRelabelled(serving);
    return new PastVerdicts(
        models.versions().stream().filter(each -> !RelabelledVersion.isRelabelled(each)).toList(),
        rollout == null || relabelled ? null : rollout.at());
  }

  /** When the last training began; null if there was none. */
  @Nullable Instant lastTraining() {
    return trained.isEmpty() ? null : RelabelledVersion.trainedAt(trained.get(trained.size() - 1));
  }

  /**
   * Trainings of heads in a row, the newest last, that no command started and whose heads were
   * refused, since something was rolled out or trained on command.
   */
  public int fruitless() {
    int fruitless = 0;
    for (int i = trained.size() - 1; i >= 0; i--) {
      ModelVersion version = trained.get(i);
      boolean before = decided != null && !version.createdAt().isAfter(decided);
      if (before || isSuccessOrCommand(version)) {
        break;
      }
      fruitless += Models.isFineTuned(version) ? 0 : 1;
    }
    return fruitless;
  }

  /**
   * By how much each head that was trained since the last fine-tuning has raised the macro F1 of
   * what serves, the newest first: 0 if it was refused, infinite for a first version.
   */
  public List<Double> headGains() {
    List<Double> gains = new ArrayList<>();
    for (int i = trained.size() - 1; i >= 0 && !Models.isFineTuned(trained.get(i)); i--) {
      gains.add(gain(trained.get(i).judgement()));
    }
    return gains;
  }

  private static double gain(Judgement judgement) {
    if (!judgement.promoted()) {
      return 0;
    }
    Metrics champion = judgement.champion();
    return champion == null
        ? Double.POSITIVE_INFINITY
        : judgement.challenger().macroF1() - champion.macroF1();
  }

  /** Fine-tunings in a row, the newest last, that no command started, and that were refused. */
  public int refusedFineTunings() {
    int refused = 0;
    for (int i = trained.size() - 1; i >= 0; i--) {
      ModelVersion version = trained.get(i);
      if (Models.isFineTuned(version)) {
        if (isSuccessOrCommand(version)) {
          break;
        }
        refused++;
      }
    }
    return refused;
  }

  private static boolean isSuccessOrCommand(ModelVersion version) {
    return version.judgement().promoted()
        || version.training().startedBy() == TrainingStart.COMMAND;
  }
}
