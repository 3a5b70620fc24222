package dev.imprint.pipeline.learning;

import dev.imprint.event.LabelRemoval;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Prediction;
import dev.imprint.model.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The expected result for one image id, computed without stores and topics: the last feedback to
 * arrive wins, and a foreign tombstone takes effect unless something newer was written behind it.
 */
final class LabelOracle {
  private static final long WAIT = LearningConfig.DEFAULTS.feedbackWait().toMillis();
  private static final long WINDOW = LearningConfig.DEFAULTS.labelWindow().toMillis();

  /**
   * The label that an image should have.
   *
   * @param claim which of the id's images
   * @param feedback where the feedback lies that said so
   */
  record ExpectedLabel(String label, Claim claim, Instant at, Claim feedback) {}

  private record KnownPrediction(Prediction prediction, long at) {}

  private static final class PendingFeedback {
    final Feedback feedback;
    final Claim origin;
    final long deadline;
    boolean learned;

    PendingFeedback(ArrivedFeedback arrived, long deadline) {
      this.feedback = arrived.feedback();
      this.origin = arrived.origin();
      this.deadline = deadline;
    }
  }

  private final String id;
  private final Predicate<Claim> isOfId;
  private final List<KnownPrediction> known = new ArrayList<>();
  private final List<PendingFeedback> waiting = new ArrayList<>();
  private final Set<Claim> seen = new HashSet<>();
  private final List<String> outcomes = new ArrayList<>();
  private @Nullable ExpectedLabel said;
  private long writtenAt = -1;

  /**
   * @param isOfId whether a claim belongs to an image of this id
   */
  LabelOracle(String id, Predicate<Claim> isOfId) {
    this.id = id;
    this.isOfId = isOfId;
  }

  @Nullable ExpectedLabel said() {
    return said;
  }

  /** The actual labels of the expected outcomes, in order. */
  List<String> outcomes() {
    return outcomes;
  }

  boolean waits() {
    return !waiting.isEmpty();
  }

  void feedback(ArrivedFeedback arrived, LabelEvent event) {
    if (seen.add(arrived.origin())) {
      Feedback feedback = arrived.feedback();
      long behind = waiting.isEmpty() ? 0 : waiting.get(waiting.size() - 1).deadline + 1;
      PendingFeedback last = new PendingFeedback(arrived, Math.max(event.now() + WAIT, behind));
      if (feedback.verdict() == Verdict.FORGET) {
        waiting.removeIf(each -> mayMean(each, feedback.claim()));
        if (said == null || feedback.claim() == null || feedback.claim().equals(said.claim())) {
          said = null;
        }
      } else if (decide(last, event, false)) {
        waiting.add(last);
      }
    }
    written(event);
  }

  void prediction(Prediction prediction, LabelEvent event) {
    known.add(new KnownPrediction(prediction, event.now()));
    waiting.removeAll(
        List.copyOf(waiting).stream().filter(each -> !decide(each, event, false)).toList());
    written(event);
  }

  void expire(LabelEvent event) {
    List<PendingFeedback> expired =
        waiting.stream().filter(each -> each.deadline <= event.readUntil()).toList();
    expired.forEach(each -> decide(each, event, true));
    waiting.removeAll(expired);
    written(event);
  }

  /**
   * The service has read a tombstone that it did not write.
   *
   * @param removal which label it means; null if any
   */
  void tombstone(long offset, @Nullable LabelRemoval removal) {
    boolean meant =
        said != null
            && (removal == null
                || (removal.label().equals(said.label())
                    && removal.labelledAt().equals(said.at())));
    if (meant && offset > writtenAt) {
      said = null;
    }
  }

  /** The stores are lost, so only what is on the topic {@code labels} is known. */
  void lose() {
    known.clear();
    waiting.clear();
    seen.clear();
  }

  private void written(LabelEvent event) {
    Long offset = event.written().get(id);
    writtenAt = offset == null ? writtenAt : offset;
  }

  /** Returns whether it keeps waiting. */
  private boolean decide(PendingFeedback it, LabelEvent event, boolean last) {
    Prediction prediction = newest(it.feedback.claim(), event.now());
    if (prediction != null) {
      judge(it, prediction, event);
      return false;
    }
    String label = it.feedback.label();
    if (it.learned || label == null) {
      return !last;
    }
    Claim claim = it.feedback.claim();
    if (said != null && (claim == null || claim.equals(said.claim()))) {
      boolean news = !said.label().equals(label);
      say(it, label, said.claim(), event);
      it.learned = true;
      return news && !last;
    }
    if (claim == null || event.gone().contains(claim)) {
      return !last;
    }
    if (!isOfId.test(claim)) {
      return false;
    }
    say(it, label, claim, event);
    it.learned = true;
    return !last;
  }

  private void judge(PendingFeedback it, Prediction prediction, LabelEvent event) {
    boolean correct = it.feedback.verdict() == Verdict.CORRECT;
    String actual = correct ? prediction.label() : it.feedback.label();
    if (it.feedback.label() == null && prediction.label() == null) {
      return; // a verdict needs a predicted label
    }
    Claim claim = prediction.claim();
    boolean inBuffer = said != null && said.claim().equals(claim);
    String before = inBuffer && said != null ? said.label() : null;
    if (it.learned || actual == null || !actual.equals(before)) {
      outcomes.add(String.valueOf(actual));
    }
    if (it.learned) {
      return;
    }
    if (actual != null && (inBuffer || !event.gone().contains(claim))) {
      say(it, actual, claim, event);
    } else if (actual == null) {
      overrule(it, claim);
      said = Objects.equals(before, prediction.label()) ? null : said;
    }
  }

  private void say(PendingFeedback it, String label, Claim claim, LabelEvent event) {
    overrule(it, claim);
    if (said == null || !said.label().equals(label) || !said.claim().equals(claim)) {
      Instant at = Instant.ofEpochMilli(event.now()).truncatedTo(ChronoUnit.MILLIS);
      said = new ExpectedLabel(label, claim, at, it.origin);
    }
  }

  /** Earlier feedback on the same image that still waits produces only outcomes from now on. */
  private void overrule(PendingFeedback it, Claim claim) {
    for (PendingFeedback each : waiting) {
      if (each.deadline < it.deadline && mayMean(each, claim)) {
        each.learned = true;
      }
    }
  }

  private static boolean mayMean(PendingFeedback it, @Nullable Claim claim) {
    Claim its = it.feedback.claim();
    return its == null || claim == null || its.equals(claim);
  }

  private @Nullable Prediction newest(@Nullable Claim claim, long now) {
    for (int i = known.size() - 1; i >= 0; i--) {
      KnownPrediction each = known.get(i);
      if (each.at() >= now - WINDOW && (claim == null || claim.equals(each.prediction().claim()))) {
        return each.prediction();
      }
    }
    return null;
  }
}
