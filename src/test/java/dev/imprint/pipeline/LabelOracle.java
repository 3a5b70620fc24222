package dev.imprint.pipeline;

import dev.imprint.event.LabelRemoval;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Verdict;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The expected result for one image, computed without stores or topics: the last feedback to arrive
 * wins, and somebody else's tombstone takes effect unless something newer was written after it.
 */
final class LabelOracle {
  private static final class Waiting {
    final Feedback feedback;
    final long deadline;
    boolean learned;

    Waiting(Feedback feedback, long deadline, boolean learned) {
      this.feedback = feedback;
      this.deadline = deadline;
      this.learned = learned;
    }
  }

  final String predicted;
  final List<String> outcomes = new ArrayList<>();
  @Nullable String label;
  boolean sent;
  boolean known;
  private final List<Waiting> waiting = new ArrayList<>();
  private long writtenAt = -1;

  LabelOracle(String predicted) {
    this.predicted = predicted;
  }

  /**
   * @param end of the topic labels: what is written now comes to lie there
   */
  void feedback(Feedback feedback, long end, long deadline) {
    if (feedback.verdict() == Verdict.FORGET) {
      waiting.clear();
      write(null, end);
    } else if (known) {
      judge(feedback, false, end);
    } else if (feedback.label() != null && (label != null || (feedback.claim() != null && sent))) {
      waiting.forEach(earlier -> earlier.learned = true);
      if (!feedback.label().equals(label)) {
        write(feedback.label(), end);
        await(feedback, deadline, true);
      }
    } else {
      await(feedback, deadline, false);
    }
  }

  void prediction(long end) {
    known = true;
    waiting.forEach(each -> judge(each.feedback, each.learned, end));
    waiting.clear();
  }

  void expire(long now, long end) {
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting each = all.next();
      if (each.deadline <= now) {
        all.remove();
        boolean findable = label != null || (each.feedback.claim() != null && sent);
        String said = each.feedback.label();
        if (!each.learned && said != null && findable && !said.equals(label)) {
          write(said, end);
        }
      }
    }
  }

  /**
   * The service has read a tombstone that somebody else has written.
   *
   * @param removal which label it means; null if any
   * @param newest the newest label that lies before it
   */
  void tombstone(long offset, @Nullable LabelRemoval removal, @Nullable Label newest) {
    boolean meant = removal == null || (newest != null && removal.means(newest));
    if (offset >= writtenAt && meant) {
      label = null;
    }
  }

  /** The stores are lost, and with them all but what the topic labels says. */
  void lose() {
    waiting.clear();
    known = false;
  }

  private void await(Feedback feedback, long deadline, boolean learned) {
    long behind = waiting.isEmpty() ? deadline : waiting.get(waiting.size() - 1).deadline + 1;
    waiting.add(new Waiting(feedback, Math.max(deadline, behind), learned));
  }

  private void judge(Feedback feedback, boolean learned, long end) {
    boolean correct = feedback.verdict() == Verdict.CORRECT;
    String actual = correct ? predicted : feedback.label();
    if (actual != null && actual.equals(label) && !learned) {
      return;
    }
    outcomes.add(String.valueOf(actual));
    if (!learned && (actual != null || predicted.equals(label))) {
      write(actual, end);
    }
  }

  private void write(@Nullable String now, long end) {
    label = now;
    writtenAt = end;
  }
}
