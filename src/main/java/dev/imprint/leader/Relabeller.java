package dev.imprint.leader;

import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.RefusedException;
import dev.imprint.rollout.Relabelling;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out changes of labels: the changes, the version that follows from them, the answer and
 * the command's offset are one transaction. Used only by the leader's thread; owns nothing.
 */
final class Relabeller {
  private static final Logger LOG = LoggerFactory.getLogger(Relabeller.class);

  private final Publisher publisher;
  private final Answers answers;
  private final Retraining retraining;
  private boolean toBeTrained;

  /** Takes up the changes made so far, and a training that an earlier leader did not get to. */
  Relabeller(Publisher publisher, Answers answers, Retraining retraining) {
    this.publisher = publisher;
    this.answers = answers;
    this.retraining = retraining;
    this.toBeTrained = publisher.models().isToBeTrained();
    retraining.relabel(publisher.models().labelChanges());
  }

  /** Whether labels were merged, and no training has been tried since. */
  boolean isToBeTrained() {
    return toBeTrained;
  }

  void trained() {
    toBeTrained = false;
  }

  void carryOut(PendingCommand pending, LabelChange change) {
    try {
      Models models = publisher.models();
      Relabelling relabelling =
          Relabelling.of(
              change,
              models,
              publisher.labelled(models.labelChanges()),
              retraining.initialLabels(),
              publisher.now());
      publisher.relabel(
          relabelling,
          pending.command().by(),
          (producer, version) ->
              answers.write(
                  producer,
                  pending,
                  State.DONE,
                  relabelling.words(version == null ? null : version.version()),
                  version == null ? null : version.version()));
      retraining.relabel(relabelling.after());
      toBeTrained |= relabelling.trains();
    } catch (RefusedException | IllegalArgumentException e) {
      answers.end(pending, State.REFUSED, String.valueOf(e.getMessage()), null);
    } catch (IOException e) {
      LOG.error("Labels were not changed ({})", change, e);
      answers.end(pending, State.FAILED, "nothing was changed: " + e.getMessage(), null);
    }
  }
}
