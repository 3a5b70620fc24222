package dev.imprint.page.versions;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.page.commands.Preview;
import dev.imprint.rollout.ManualRollout;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.RefusedException;
import dev.imprint.web.api.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Says what a command to the leader would do, by the rules that the leader follows. Thread-safe.
 *
 * @param known what the instance's follower has read
 * @param applicationId of the service
 */
record Previews(Supplier<Models> known, ModelStore store, String applicationId) {
  private interface Check {
    ModelVersion version(ManualRollout rollout) throws RefusedException;
  }

  Preview promotion(String version) throws ProblemException {
    VersionViews.find(known.get(), version);
    return rollout("serves", rollout -> rollout.checkPromotion(version));
  }

  Preview rollback() throws ProblemException {
    return rollout("serves again", ManualRollout::checkRollback);
  }

  private Preview rollout(String serves, Check check) throws ProblemException {
    try {
      Models models = store.models(); // not what the follower has read so far
      if (models.backbones() == null) {
        return Preview.withoutLeader();
      }
      ManualRollout rules = new ManualRollout(store, applicationId, Previews::announced);
      return preview(serves, check.version(rules), models);
    } catch (RefusedException e) {
      return Preview.refused(String.valueOf(e.getMessage()));
    } catch (KafkaException e) {
      throw ProblemException.withoutKafka(e);
    }
  }

  private static OpenBackbones announced() {
    throw new KafkaException("the backbones are no longer announced on the topic of models");
  }

  private static Preview preview(String serves, ModelVersion next, Models models) {
    String name = next.version();
    Rollout rollout = models.rollout();
    ModelVersion now = models.serving();
    List<String> effects = new ArrayList<>();
    effects.add(
        "%s %s%s, on each instance, from its next batch of images on."
            .formatted(name, serves, rollout == null ? "" : " in place of " + rollout.serving()));
    if (now != null) {
      LabelChanges changes = models.labelChanges();
      add(effects, "Only %s knows: %%s.".formatted(name), without(changes, next, now));
      add(effects, "No longer predicted: %s.", without(changes, now, next));
    }
    effects.add(
        "The gate %s it: %s"
            .formatted(
                next.judgement().promoted() ? "passed" : "refused", next.judgement().reason()));
    effects.add("From then on, new versions are compared with " + name + ".");
    if (rollout != null) {
      effects.add("A rollback goes back to " + rollout.serving() + ".");
    }
    return new Preview(null, effects, name, rollout == null ? null : rollout.serving());
  }

  /** Labels, as they are called now, that only one of two versions predicts. */
  private static List<String> without(LabelChanges changes, ModelVersion one, ModelVersion other) {
    List<@Nullable String> others = other.labels().stream().map(changes::of).toList();
    return one.labels().stream()
        .map(changes::of)
        .filter(Objects::nonNull)
        .filter(Predicate.not(others::contains))
        .map(String::valueOf)
        .distinct()
        .toList();
  }

  private static void add(List<String> effects, String sentence, List<String> labels) {
    if (!labels.isEmpty()) {
      effects.add(sentence.formatted(labels.stream().collect(Collectors.joining(", "))));
    }
  }

  /**
   * Whether there are labels enough, or new ones, only the leader knows, which answers that.
   *
   * @param force whether to train without new labels, too
   */
  Preview training(boolean fineTune, boolean force) {
    Models models = known.get();
    if (models.backbones() == null) {
      return Preview.withoutLeader();
    }
    String serving = models.rollout() == null ? null : models.rollout().serving();
    List<String> effects = new ArrayList<>();
    effects.add(
        fineTune
            ? "Trains the last layers of the network and a new head on all labels, in a separate"
                + " process at low priority. This takes minutes to hours."
            : "Trains a new head on all labels.");
    effects.add(
        serving == null
            ? "It serves if the gate finds it good enough: there is no version to compare it with."
            : "It serves only if the gate finds it no worse than %s on the same pictures."
                .formatted(serving));
    if (!force && !fineTune) {
      effects.add("If no label is new since the newest version was trained, nothing is trained.");
    }
    ModelVersion last = fineTune ? models.newestFineTuned() : models.newestTrained();
    if (last != null) {
      int examples = last.training().examples().getOrDefault("training", 0);
      effects.add(
          "The training of %s took %s, with %,d examples."
              .formatted(last.version(), duration(last.training().seconds()), examples));
    }
    return new Preview(null, effects, null, null);
  }

  private static String duration(double seconds) {
    return seconds < 100 ? "%.0f s".formatted(seconds) : "%.0f min".formatted(seconds / 60);
  }
}
