package dev.imprint.page.classes;

import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.page.commands.Preview;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.RefusedException;
import dev.imprint.rollout.Relabelling;
import dev.imprint.web.api.ProblemException;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/**
 * Says what a change of labels would do, by the rules that the leader follows. Thread-safe.
 *
 * @param initial labels of the head that the service started with
 */
record ChangePreviews(
    ModelStore store, LabelReading labels, Supplier<List<String>> initial, Clock clock) {

  Preview of(LabelChange change) throws ProblemException {
    try {
      Models models = store.models(); // not what the follower has read so far
      if (models.backbones() == null) {
        return Preview.withoutLeader();
      }
      Relabelling relabelling =
          Relabelling.of(
              change, models, labels.now(models.labelChanges()), initial.get(), clock.instant());
      Rollout rollout = models.rollout();
      return new Preview(
          null,
          relabelling.effects(null).stream().map(ChangePreviews::sentence).toList(),
          null,
          rollout == null ? null : rollout.serving());
    } catch (RefusedException e) {
      return Preview.refused(String.valueOf(e.getMessage()));
    } catch (KafkaException e) {
      throw ProblemException.withoutKafka(e);
    }
  }

  private static String sentence(String effect) {
    return Character.toUpperCase(effect.charAt(0)) + effect.substring(1) + ".";
  }
}
